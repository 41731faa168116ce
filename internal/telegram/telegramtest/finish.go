package telegramtest

import (
	"slices"
	"strings"
	"unicode/utf16"
)

// Finish does to parsed text what the server does before it stores a message: characters that are not allowed go, the text is trimmed, automatic entities
// are found, and entities are put in order: links and code never overlap, bold and its like are merged and then cut where other entities begin or end.
func Finish(f Formatted) Formatted {
	f = clean(f)
	f.Entities = arrange(f.Entities)
	f = trim(f)
	for _, e := range Automatic(f.Text) {
		if !slices.ContainsFunc(f.Entities, func(o Entity) bool {
			return whole(o) && e.Offset < o.end() && o.Offset < e.end() || quote(o) && crosses(o, e)
		}) {
			f.Entities = append(f.Entities, e)
		}
	}
	f.Entities = arrange(f.Entities)
	return f
}

// The classes of entity: those that are never cut, quotes, and the rest: styles such as bold.
func whole(e Entity) bool { return !quote(e) && !style(e) }
func quote(e Entity) bool { return strings.HasSuffix(e.Type, "blockquote") }
func style(e Entity) bool { return slices.Contains(styles, e.Type) }

var styles = []string{"bold", "italic", "underline", "strikethrough", "spoiler"}

// verbatim entities show their text as it is: nothing else is within them.
func verbatim(e Entity) bool { return e.Type == "pre" || e.Type == "code" }

// crosses reports whether e begins before quote q and reaches into it, or leaves it.
func crosses(q, e Entity) bool {
	return e.Offset < q.end() && q.Offset < e.end() && (e.Offset < q.Offset || q.end() < e.end())
}

// clean removes what the server does not let through: control characters and U+2028–U+202E, among them those that turn the direction of text round.
func clean(f Formatted) Formatted {
	old := utf16.Encode([]rune(f.Text))
	place := make([]int, 0, len(old)+1) // old offset → new
	var b strings.Builder
	n := 0
	runes := []rune(f.Text)
	for i, r := range runes {
		width := utf16.RuneLen(r)
		for range width {
			place = append(place, n)
		}
		switch {
		case r == '\r', 0x2028 <= r && r <= 0x202E, r == 0x030A, r == 0x0333, r == 0x033F:
			continue
		case r < ' ' && r != '\n':
			r = ' '
		case (r == 0x200E || r == 0x200F) && i+1 < len(runes) && (runes[i+1] == 0x200E || runes[i+1] == 0x200F):
			r = 0x200C // a row of direction marks can break a chat's layout: only the last stays one
		}
		b.WriteRune(r)
		n += width
	}
	place = append(place, n)
	out := Formatted{Text: b.String()}
	for _, e := range f.Entities {
		begin, end := place[e.Offset], place[e.end()]
		if e.Offset, e.Length = begin, end-begin; e.Length > 0 {
			out.Entities = append(out.Entities, e)
		}
	}
	return out
}

// arrange makes entities lie as the server keeps them.
func arrange(entities []Entity) []Entity {
	sortEntities(entities)
	var kept, quotes []Entity
	for _, e := range entities {
		if quote(e) && (len(quotes) == 0 || e.Offset >= quotes[len(quotes)-1].end()) {
			quotes = append(quotes, e)
		}
	}
	end := 0
	for _, e := range entities {
		if whole(e) && e.Offset >= end {
			end = e.end()
			if !slices.ContainsFunc(quotes, func(q Entity) bool { return crosses(q, e) }) {
				kept = append(kept, e)
			}
		}
	}
	kept = append(kept, quotes...)

	var runs []Entity // styles, each as long as it goes on
	cuts := map[int]bool{}
	for _, e := range kept {
		cuts[e.Offset], cuts[e.end()] = true, true
	}
	for _, e := range entities {
		if !style(e) {
			continue
		}
		i := slices.IndexFunc(runs, func(r Entity) bool { return r.Type == e.Type && e.Offset <= r.end() })
		if i < 0 {
			runs = append(runs, e)
			cuts[e.Offset] = true
			continue
		}
		runs[i].Length = max(runs[i].Length, e.end()-runs[i].Offset)
	}
	for _, r := range runs {
		for from := r.Offset; from < r.end(); {
			to := from + 1
			for to < r.end() && !cuts[to] {
				to++
			}
			piece := Entity{Type: r.Type, Offset: from, Length: to - from}
			if !slices.ContainsFunc(kept, func(o Entity) bool { return verbatim(o) && o.Offset <= from && to <= o.end() }) {
				kept = append(kept, piece)
			}
			from = to
		}
	}
	sortEntities(kept)
	return kept
}

func blank(c uint16) bool { return c == ' ' || c == '\n' }

// trim takes white space from both ends, at the beginning only as far as no entity covers it.
func trim(f Formatted) Formatted {
	chars := utf16.Encode([]rune(f.Text))
	end := len(chars)
	for end > 0 && blank(chars[end-1]) {
		end--
	}
	first := end
	var kept []Entity
	for _, e := range f.Entities {
		if e.Offset >= end {
			continue
		}
		e.Length = min(e.Length, end-e.Offset)
		first = min(first, e.Offset)
		kept = append(kept, e)
	}
	begin := 0
	for begin < first && blank(chars[begin]) {
		begin++
	}
	for i := range kept {
		kept[i].Offset -= begin
	}
	return Formatted{Text: string(utf16.Decode(chars[begin:end])), Entities: kept}
}
