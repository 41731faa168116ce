package excerpt

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/news"
)

// The marks around a hit in rendered text: control characters that no cleaned text holds.
const (
	HitStart = '\x02'
	HitEnd   = '\x03'
)

// Keep says whether a rune of foreign text may be shown. Control characters drive terminals, and format characters reorder or hide text;
// of those, only the ones that emoji, Persian and mixed-direction text are spelled with stay.
func Keep(r rune) bool {
	switch {
	case unicode.IsControl(r):
		return false
	case !unicode.Is(unicode.Cf, r):
		return true
	case r == '\u200c' || r == '\u200d' || r == '\u200e' || r == '\u200f' || r == '\u061c':
		return true
	}
	return r >= 0xE0020 && r <= 0xE007F // flags of regions
}

// Line is foreign text as one line without anything that [Keep] refuses.
func Line(s string) string { return mark(s, 0, len(s), nil) }

// Mark is s as [Line] would have it, with the hits in it between marks. Hits are spans of s; those that overlap or touch are marked as one,
// and those that are no spans of s are not marked.
func Mark(s string, hits []news.Hit) string { return mark(s, 0, len(s), hits) }

// Unmarked is marked text without its marks.
func Unmarked(s string) string {
	return strings.NewReplacer(string(HitStart), "", string(HitEnd), "").Replace(s)
}

// mark is [Mark] of the part s[lo:hi].
func mark(s string, lo, hi int, hits []news.Hit) string {
	var b strings.Builder
	space := true // at the beginning, or behind a space: another one says nothing
	put := func(part string) {
		for _, r := range part {
			switch {
			case unicode.IsSpace(r):
				if !space {
					b.WriteByte(' ')
				}
				space = true
			case Keep(r):
				b.WriteRune(r) // a byte that is no UTF-8 comes as U+FFFD
				space = false
			}
		}
	}
	at := lo
	for _, sp := range spans(s, hits) {
		start, end := max(sp.start, at), min(sp.end, hi)
		if start >= end {
			continue
		}
		put(s[at:start])
		b.WriteRune(HitStart)
		put(s[start:end])
		b.WriteRune(HitEnd)
		at = end
	}
	put(s[at:hi])
	return strings.TrimRight(b.String(), " ")
}

// A span is s[start:end].
type span struct{ start, end int }

// spans sorts the hits that lie in s and joins those that overlap or touch.
func spans(s string, hits []news.Hit) []span {
	var all []span
	for _, h := range hits {
		if within(s, h) {
			all = append(all, span{h.Start, h.End})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return a.start - b.start })
	var joined []span
	for _, sp := range all {
		if n := len(joined); n > 0 && sp.start <= joined[n-1].end {
			joined[n-1].end = max(joined[n-1].end, sp.end)
			continue
		}
		joined = append(joined, sp)
	}
	return joined
}

// within says whether h spans whole runes of s.
func within(s string, h news.Hit) bool {
	return 0 <= h.Start && h.Start < h.End && h.End <= len(s) && utf8.RuneStart(s[h.Start]) && (h.End == len(s) || utf8.RuneStart(s[h.End]))
}
