// Package excerpt finds what to show of an item that matched: the headline, the sentence around the best hit, the forms that were found.
// It must not know where that is shown: a hit stands between [HitStart] and [HitEnd], and what those become is the sink's.
//
// Everything foreign (titles, texts, terms) loses its control and reordering characters here, so no feed can drive a terminal or turn a line around.
package excerpt
