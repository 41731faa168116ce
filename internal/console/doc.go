// Package console is the terminal: the sink that prints alerts, and how search, recent, feeds and summaries look there.
// It must not decide what is shown: it is handed values and lays them out in columns.
//
// Rendered text is neutral: a hit stands between [HitStart] and [HitEnd], and what those become is settled when it is printed.
// Everything foreign (titles, texts, proofs of failures) loses its control characters first (package excerpt), so no feed can drive a terminal.
package console
