// Package match finds the names and words of watchlists in items, in every grammatical form, and says why each was found.
// It must not read files or clocks, know where items come from, or decide who is told: it turns (watchlists, item) into matches.
//
// # How it works
//
// Compile turns each word of each name into a lexeme: the set of its accepted forms. They are made in readings: the language the name is given in, and
// for languages in which the profile has no name, the endings of that language on the name as it stands and on the spellings that its newspapers would
// use (package text makes both from language data). All forms of all lexemes stand in one table keyed by the hash of the folded form, so a
// scan hashes each word of an item once and looks once; words without a capital, most of them, ask only whether they are a form that needs none.
//
// A name is a pattern: lexemes that follow one another, hung on the rarest of them. A person's name is found by the surname, and what stands beside it
// decides: the own given name or initial, somebody else's, or nothing (see person). Ordinary keywords in a language that has a Snowball stemmer
// are compared by stem, but only words that begin like a keyword are stemmed, and each once.
//
// Of names that overlap the longest counts, whoever it belongs to; context says where an ambiguous one does not. A query is evaluated over the
// finds of its terms; package query has its grammar and meaning.
//
// A scan is linear in the text; compiling is linear in the number of forms. A scan that finds nothing allocates nothing.
//
// # Score
//
// Each profile that is named counts 1, each keyword its weight (1, or what "word^0.5" says), each term of a query that holds its weight; evidence in the
// title counts 1.5 times. A keyword of a topic, a profile with a threshold of its own, counts its weight over that threshold, in the lead as in the title, and
// more in an item that is short: so the topic counts 1 where it reaches its threshold. A term counts once, however often it stands in the item. A match is over when its score reaches the watchlist's threshold and no
// exclude phrase was found.
package match
