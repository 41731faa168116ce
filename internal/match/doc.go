// Package match finds the names and words of watchlists in items, in every grammatical form, and says why each was found.
// It must not read files or clocks, know where items come from, or decide who is told: it turns (watchlists, item) into matches.
//
// # How it works
//
// Compile turns each word of each name into a lexeme: the set of its accepted forms (package text generates them from language data) with the
// number of leading capitals the text must show. All forms of all lexemes stand in one table keyed by the hash of the folded form, so a
// scan hashes each word of an item once and looks once. A name is a pattern: lexemes that follow one another. Ordinary keywords in a
// language that has a Snowball stemmer are compared by stem, but only words that begin like a keyword are stemmed.
//
// A scan is linear in the text; compiling is linear in the number of forms.
//
// # Score
//
// Each profile that is named counts 1, each keyword its weight (1, or what "word^0.5" says); evidence in the title counts 1.5 times. A term counts
// once, however often it stands in the item. A match is over when its score reaches the watchlist's threshold and no exclude phrase was found.
package match
