// Package query reads the Boolean queries of watchlists into a tree, and prints trees as queries.
// It must not look at news: what a tree means for an item is for package match to find out, and whether a profile exists is for it to say.
//
// # Grammar
//
// In EBNF; blanks may stand between any two symbols but before "^" and behind a scope or filter:
//
//	query   = and { "OR" and } .
//	and     = near { [ "AND" ] near } .
//	near    = not { ( "NEAR" | "NEAR/" number ) not } .        1 to 200; NEAR alone is NEAR/10
//	not     = { "NOT" } scoped .
//	scoped  = [ "title:" | "body:" ] weighed | filter .
//	weighed = primary [ "^" decimal ] .                        0.001 to 1000
//	primary = "(" query ")" | "SENTENCE" "(" query ")" | term .
//	term    = word | quoted | "=" ( word | quoted ) | prefix "*" | "@" profile .
//	filter  = ( "lang:" | "source:" | "country:" | "type:" ) ( value | "(" value { "OR" value } ")" ) .
//	value   = word | quoted .
//	quoted  = `"` text `"` | "«" text "»" | "»" text "«" | "“" text "”" | "„" text "“" | "”" text "”" .
//
// A word is what stands between blanks, parentheses, quotes and ^: at least one letter or digit, with hyphens, apostrophes and full stops ("U.S.",
// "Касым-Жомарт"). A prefix has at least three letters or digits. Operators are capitals; "and" is a word. NOT binds tightest, then NEAR, AND, OR.
// NEAR groups from the left: a NEAR b NEAR c is (a NEAR b) NEAR c.
//
// What the grammar allows is narrowed so that a query cannot mean less than it seems to:
//
//   - Beside NEAR stand terms, groups of terms joined by OR, and further NEARs, with or without weights.
//   - Inside SENTENCE stand no scopes, filters or other SENTENCEs; inside a scope no scopes or filters.
//   - The query, and every SENTENCE, must ask for a term that is found: one that holds for a text without any of its terms would alert on
//     everything. Filters and what NOT excludes do not count.
//
// # Meaning
//
// A word is found in every form its languages give it, like a keyword of a watchlist. A phrase is these words, folded, in this order, without other
// words between. An exact term is a phrase whose capitals must be the same. A prefix is any word that begins so. A profile is found where its
// names or keywords are, with the context it asks for.
//
// A NEAR/n B holds where at most n words stand between a find of A and a find of B, in either order; the find of a NEAR reaches from the first word of
// one to the last of the other. SENTENCE(q) holds when there is one sentence for which q does. A scope lets its terms be found in that
// field alone. NOT q holds when q does not.
//
// A query that holds scores the sum of what was found for it: a term 1, an AND its parts, an OR those of its parts that hold, NOT and filters nothing. A
// weight multiplies what its term or group scores, and weights within weights multiply: ("road map"^2 OR @csto)^3 gives 6 for the phrase and 3 for
// the profile. The same term twice counts once, with its greatest weight.
package query
