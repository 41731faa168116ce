// Package profile proposes profiles (who and what is named, under which spellings, how often) from plain articles and merges them with the
// profiles a person reviewed. It must not read files, fetch anything or decide for the person: Build and Diff are pure functions.
//
// Topics (BuildTopic) are made from any language that package text knows: words in their forms, without those of common/.
//
// English is read best. Names in Russian, Belarusian, Ukrainian, Kazakh and Polish are given in the dictionary form, which is a guess where the articles show
// one form alone (Астане is of Астана, or of Астан). In German, where every noun has a capital, a name needs a given name, a title, "in" or "aus" before it, or
// three mentions without an article: many are missed. Names of one entity in different scripts are not joined, but hinted at.
package profile
