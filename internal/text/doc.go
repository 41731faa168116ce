// Package text says what a word is: plain text from HTML, words with offsets, folding, script, language and grammatical endings.
// It must not know what is being looked for: names, profiles and watchlists belong to package match.
package text
