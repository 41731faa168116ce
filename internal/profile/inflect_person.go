package profile

import (
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// given returns the dictionary form of a given name, or "" when the word is none known.
func (in *inflector) given(key string) string {
	if !isGiven(key) {
		return ""
	}
	if isListed(key) {
		return key
	}
	best := key
	for _, l := range lemmasOf(key, in.code)[1:] {
		if isListed(l) && (best == key || in.score(l, key) > in.score(best, key)) {
			best = l
		}
	}
	return best
}

// isListed reports whether a word is a given name in its dictionary form.
func isListed(key string) bool { return text.IsListedGivenName(text.Hash(text.Fold(lastPart(key)))) }

func lastPart(key string) string { return key[strings.LastIndexByte(key, '-')+1:] }

func isGiven(key string) bool {
	return text.IsGivenName(text.Hash(text.Fold(lastPart(key))))
}

// feminine reports whether a person whose given name has that root is a woman, by the name's end or the surname's.
func (in *inflector) feminine(root, surname string) bool {
	for _, ending := range []string{"овой", "евой", "иной", "ской", "цкой", "ової", "євої", "ської", "цької", "авай", "евай", "скай", "цкай", "skiej", "ckiej"} {
		if strings.HasSuffix(surname, ending) {
			return true
		}
	}
	last, _ := utf8.DecodeLastRuneInString(root)
	return strings.ContainsRune("аяa", last) && !in.has("masculine", root)
}

// surname returns the dictionary form of a surname that stands in an oblique case behind a given name in one.
func (in *inflector) surname(key string, feminine bool) string {
	if l := in.doubleSurname(key); l != "" && !feminine {
		return l
	}
	best, top := key, -100.0
	for _, l := range in.candidates(key) {
		last, _ := utf8.DecodeLastRuneInString(l)
		if strings.ContainsRune("аяa", last) != feminine && (feminine || strings.ContainsRune("аяa", last) && in.seen[l] == 0) || !in.plausible(key, l) {
			continue
		}
		if s := in.score(l, key); s > top {
			best, top = l, s
		}
	}
	return best
}

// doubleSurname returns the dictionary form of a surname of two, «Сабитовым-Греем», of which both take endings and the first one's shape says which case it
// is; "" when the word is none.
func (in *inflector) doubleSurname(key string) string {
	head, last, ok := strings.Cut(key, "-")
	if !ok || in.code == "kk" || strings.Contains(last, "-") || isListed(head) { // «Анна-Мария»
		return ""
	}
	sure := func(w string) bool { return in.surnameShape(w) && !manysEnd(w) }
	best := ""
	for _, h := range lemmasOf(head, in.code) {
		if end, _ := utf8.DecodeLastRuneInString(h); !sure(h) || isVowel(end) {
			continue
		}
		if h == head {
			return key
		}
		for _, l := range lemmasOf(last, in.code) {
			if in.seen[h+"-"+l] > 0 {
				return h + "-" + l
			}
		}
		if best == "" && !sure(head) { // «Сабитова-Грей» may be a woman
			best = h + "-" + in.choose(last)
		}
	}
	return best
}
