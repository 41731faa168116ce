package story

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// evidence fills s.features from the item, whose words are in s.title and s.body.
func (s *scratch) evidence(it *news.Item, matches []news.Match) {
	s.features = s.features[:0]
	for i := range matches {
		for j := range matches[i].Hits {
			if h := &matches[i].Hits[j]; h.Profile != "" && !s.has(profile, h.Profile) && len(s.features) < maxProfiles {
				s.features = append(s.features, feature{hash(profile, h.Profile), profile, h.Profile})
			}
		}
	}
	body := s.body
	if begins(body, s.title) {
		body = body[len(s.title):] // the lead says the headline first
	}
	names := 0
	names = s.look(it.Title, s.title[:min(len(s.title), maxTitle)], it.Lang, true, names, matches)
	s.look(it.Text, body[:min(len(body), maxLead)], it.Lang, false, names, matches)
	slices.SortFunc(s.features, func(a, b feature) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.kind, b.kind))
	})
	s.features = slices.CompactFunc(s.features, func(a, b feature) bool { return a.key == b.key })
	s.features = s.features[:min(len(s.features), maxFeatures)]
}

func (s *scratch) has(k kind, surface string) bool {
	return slices.ContainsFunc(s.features, func(f feature) bool { return f.kind == k && f.surface == surface })
}

// look appends the evidence of words of the headline or of the lead, and returns how many names there are by now.
func (s *scratch) look(in string, words []text.Word, lang string, title bool, names int, matches []news.Match) int {
	field, ordinary, number := news.FieldText, leadWord, leadNumber
	if title {
		field, ordinary, number = news.FieldTitle, titleWord, titleNumber
	}
	for i := range words {
		w := &words[i]
		surface := in[w.Start:w.End]
		if w.Letters == 0 {
			s.features = append(s.features, feature{hash(number, digits(in, words, &i)), number, surface})
			continue
		}
		known := s.word(w, surface, lang)
		if known.skip {
			continue
		}
		s.features = append(s.features, feature{known.key, ordinary, surface})
		capital := w.Caps > 0 && (title || w.Gap != text.GapStart && w.Gap != text.GapDot && w.Gap != text.GapSentence)
		if capital && names < maxNames && !inProfile(matches, field, w) {
			if sound := soundOf(surface); sound != "" {
				s.features = append(s.features, feature{hash(name, sound), name, surface})
				names++
			}
		}
	}
	return names
}

// inProfile reports whether a word is part of the name of a profile: that says better who it is than the sound.
func inProfile(matches []news.Match, field string, w *text.Word) bool {
	for i := range matches {
		for j := range matches[i].Hits {
			if h := &matches[i].Hits[j]; h.Profile != "" && h.Field == field && h.Start < w.End && w.Start < h.End {
				return true
			}
		}
	}
	return false
}

// digits is the number that words[*i] begins, without the signs between thousands: "1,500", "1 500" and "1.500" are 1500. It moves *i to its last word.
func digits(in string, words []text.Word, i *int) string {
	n := in[words[*i].Start:words[*i].End]
	if len(n) > 3 {
		return n
	}
	for *i+1 < len(words) && len(n) < 16 {
		next := &words[*i+1]
		between := in[words[*i].End:next.Start]
		if next.Letters > 0 || next.End-next.Start != 3 || between != "," && between != "." && between != " " && between != "\u00a0" && between != "\u202f" {
			break
		}
		n += in[next.Start:next.End]
		*i++
	}
	return n
}

// word says what there is to know of a word. It depends on the folded word and the language alone, so it is remembered.
func (s *scratch) word(w *text.Word, surface, lang string) word {
	if s.known == nil {
		s.known = make([]knownWord, maxKnown)
	}
	at := mix(w.Hash, uint64(hash(kinds, lang))) | 1
	k := &s.known[at>>32%maxKnown]
	if k.at == at {
		return k.word
	}
	folded := text.Fold(surface)
	*k = knownWord{at, word{skip: w.Runes < 2 || text.IsFunctionWord(folded, lang), key: hash(titleWord, stem(folded, lang))}}
	return k.word
}

// knownWord is a word that was looked at. at stands for the folded word and its language; it is odd.
type knownWord struct {
	at uint64
	word
}

// word is what there is to know of a word.
type word struct {
	skip bool   // it says nothing
	key  uint32 // of its stem
}

// maxKnown is how many words a scratch remembers: 256 KB.
const maxKnown = 1 << 14

// stem is what forms of a folded word have in common: its Snowball stem where there is one, else its first letters.
func stem(folded, lang string) string {
	if st := text.Stem(folded, lang); st != "" {
		return st
	}
	return prefix(folded, 5)
}

func prefix(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i]
		}
		runes--
	}
	return s
}

// hash is the key of evidence. Words and numbers of headline and lead have the same keys, so that they are found in one another.
func hash(k kind, s string) uint32 {
	switch k {
	case leadWord:
		k = titleWord
	case leadNumber:
		k = titleNumber
	}
	h := uint64(k) + 1
	for _, r := range s {
		h = mix(h, uint64(r))
	}
	return uint32(mix(h, 0) >> 32)
}

// soundOf is how a name is heard in any language, by its first consonants: four of them, or three when it has fewer than five, so that an ending of one
// consonant does not count. "Lukaschenko", "Łukaszenka" and «Лукашенкомен» are "lkSn", «Астана» and «Астанада» "stn". "" when it has fewer than three, or is
// no word of Latin or Cyrillic letters. That is coarse (many names share one), so it only ever counts beside other evidence.
func soundOf(word string) string {
	var out [5]byte
	n := 0
	add := func(sounds string) {
		for i := 0; i < len(sounds) && n < len(out); i++ {
			if n == 0 || out[n-1] != sounds[i] {
				out[n] = sounds[i]
				n++
			}
		}
	}
	for i := 0; i < len(word) && n < len(out); {
		r, size := utf8.DecodeRuneInString(word[i:])
		r = unicode.ToLower(r)
		rest := word[i+size:]
		i += size
		if r < utf8.RuneSelf {
			next := byte(0)
			if len(rest) > 0 {
				next = rest[0] | 0x20
			}
			for _, d := range digraphs {
				if byte(r) == d.letters[0] && strings.HasPrefix(lowerStart(rest, len(d.letters)-1), d.letters[1:]) {
					add(d.sound)
					i += len(d.letters) - 1
					r = 0
					break
				}
			}
			switch {
			case r == 0:
			case r == 'c' && (next == 'e' || next == 'i' || next == 'y'):
				add("s")
			case r >= 'a' && r <= 'z':
				add(latinSounds[r-'a'])
			}
			continue
		}
		if sound, ok := otherSounds[r]; ok {
			add(sound)
		} else if !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Mn) && r != '’' && r != 'ʼ' {
			return ""
		}
	}
	if n < 3 {
		return ""
	}
	if n < len(out) {
		return string(out[:3])
	}
	return string(out[:4])
}

// lowerStart is the first n bytes of s in lower case, fewer when it is shorter or not ASCII.
func lowerStart(s string, n int) string {
	if len(s) < n {
		return ""
	}
	for i := range n {
		if s[i] >= utf8.RuneSelf {
			return ""
		}
	}
	return strings.ToLower(s[:n])
}

// Sounds: S for all hissing ones (sh, ch, zh, j, shch), s for s, z, c, ts; h for kh and h; v for v, w, f; g for g. Vowels, y and й have none.
// Source: the usual romanisations of the languages' press (BGN/PCGN, Polish and German custom).
var digraphs = []struct{ letters, sound string }{
	{"schtsch", "S"}, {"tsch", "S"}, {"sch", "S"}, {"sh", "S"}, {"ch", "S"}, {"zh", "S"}, {"sz", "S"}, {"cz", "S"}, {"rz", "S"}, {"kh", "h"},
	{"ts", "s"}, {"tz", "s"}, {"dz", "s"}, {"ph", "v"}, {"ck", "k"}, {"th", "t"}, {"gh", "g"},
}

var latinSounds = [26]string{"", "b", "k", "d", "", "v", "g", "h", "", "S", "k", "l", "m", "n", "", "p", "k", "r", "s", "t", "", "v", "v", "ks", "", "s"}

var otherSounds = map[rune]string{
	'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'ж': "S", 'з': "s", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'п': "p", 'р': "r", 'с': "s", 'т': "t",
	'ф': "v", 'х': "h", 'ц': "s", 'ч': "S", 'ш': "S", 'щ': "S", 'ў': "v", 'қ': "k", 'ғ': "g", 'ң': "n", 'һ': "h", 'џ': "S",
	'ł': "l", 'ś': "s", 'ź': "s", 'ż': "S", 'ć': "S", 'ń': "n", 'š': "S", 'č': "S", 'ž': "S", 'ç': "s", 'ñ': "n", 'ß': "s", 'ř': "r", 'ş': "S", 'ğ': "",
}
