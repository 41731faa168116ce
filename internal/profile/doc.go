// Package profile proposes profiles (who and what is named, under which spellings, how often) from plain articles and merges them with the
// profiles a person reviewed. It must not read files, fetch anything or decide for the person: Build and Diff are pure functions.
//
// Topics (BuildTopic) are made from any language that package text knows: words in their forms, without those of common/.
//
// The rest is made for English prose. In other languages the names are taken as they stand, inflected, and German, which writes every
// noun with a capital, gives noise.
package profile
