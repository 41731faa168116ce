package profile

import (
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/text"
)

// Where words inflect, capitals that stand side by side are often two names: «президента России Владимира Путина», «глава МИД Беларуси». And names go on
// in small letters: «Европейский союз», «Министерство обороны».

// quotedName is how many words a name in quotation marks may have.
const quotedName = 4

// inQuotes returns the end of a name in quotation marks that begins at token i, behind a word that says what it names: партия «Единая Россия». It returns i
// when there is none.
func (f *finder) inQuotes(p paragraph, i int) int {
	ts := p.tokens
	if i == 0 || !ts[i].opens || !ts[i].caps || !f.hasAny(ts[i-1:i], "body-before", "body", "company", "thing-before") || strings.ContainsAny(p.text[ts[i-1].end:ts[i].start], ":.,") {
		return i
	}
	for end := i + 1; end <= min(i+quotedName, len(ts)); end++ {
		if strings.ContainsAny(firstRune(p.text[ts[end-1].end:]), quotes) {
			return end
		}
		if end < len(ts) && !ts[end].joined {
			break
		}
	}
	return i
}

// split returns where the first name of the run ts[i:end] ends.
func (f *finder) split(ts []token, i, end int) int {
	if end-i == 3 && f.ofState(ts, i) && f.lex.surnameOf(ts[end-1].lower) && !f.hasAny(ts[i:end], "body", "realm", "thing") {
		return i + 1 // «министр водных ресурсов Казахстана» | «Нуржан Нуржигитов», a given name that no list has
	}
	for k := i; k+1 < end; k++ {
		if !f.together(ts[k], ts[k+1]) || k > i && f.lex.isAdjective(ts[k-1].lower) && !f.lex.isAdjective(ts[k].lower) && f.lex.base[ts[k].lower] == "" {
			return k + 1 // «Северной Осетии» | «Хетаг»
		}
	}
	return end
}

// officeWords is how many small words may stand between a title and the state it is of.
const officeWords = 4

// ofState reports whether the word that begins at token i is what a title some small words before it is of, as its ending shows: Kazakhstan's.
func (f *finder) ofState(ts []token, i int) bool {
	last, _ := utf8.DecodeLastRuneInString(ts[i].lower)
	if isGiven(ts[i].lower) || !isVowel(last) && last != 'y' && last != 'u' || f.lex.isAdjective(ts[i].lower) {
		return false
	}
	for k := i - 1; k >= max(0, i-officeWords) && ts[k+1].joined; k-- {
		if f.lists.has("role", ts[k].lower) {
			return k < i-1 // directly behind the title the name itself may stand
		}
		if ts[k].caps {
			return false
		}
	}
	return false
}

// together reports whether two capitalised words side by side are of one name.
func (f *finder) together(a, b token) bool {
	l := f.lex
	isBody := func(t token) bool { return l.base[t.lower] != "" }
	switch {
	case isAcronym(a.word) || isAcronym(b.word):
		return isBody(a)
	case isInitial(a.word) || isDotted(a.word) || text.IsParticle(a.lower) || text.IsParticle(b.lower) || text.IsPatronymic(b.lower):
		return true
	case isGiven(b.lower):
		return isGiven(a.lower) && !isBody(a)
	case isGiven(a.lower):
		return true
	case isBody(a):
		return true
	case f.bears(a.lower):
		return false
	case isBody(b):
		return l.code == "kk" || l.isAdjective(a.lower)
	case l.isAdjective(a.lower):
		return true
	case l.code == "pl" && l.isAdjective(b.lower): // "Korea Północna"
		return true
	}
	for _, k := range f.family(a.lower) { // a name that stands alone elsewhere
		if f.alone[k] > 0 {
			return false
		}
	}
	return true
}

// bears reports whether a word, in any form, is the surname of a full name.
func (f *finder) bears(key string) bool {
	return slices.ContainsFunc(f.family(key), func(k string) bool { return f.bearers[k] })
}

// extend returns the end of the name that begins with the run ts[i:end] and goes on in small letters.
func (f *finder) extend(ts []token, i, end int) int {
	l, last := f.lex, ts[end-1]
	if l.code == "kk" { // «Денсаулық сақтау министрлігі»; a place is called without «қаласы»
		for j := end; j < min(len(ts), end+3) && ts[j].joined && !ts[j].caps && !f.lists.has("function", ts[j].lower) && !f.lists.has("role", ts[j].lower); j++ {
			if base := l.base[ts[j].lower]; base != "" && l.has("body", ts[j].lower) {
				return j + 1
			}
		}
		return end
	}
	if l.isAdjective(last.lower) && !isAcronym(last.word) {
		j := end
		for j < len(ts) && j < end+2 && ts[j].joined && !ts[j].caps && l.isAdjective(ts[j].lower) && l.base[ts[j].lower] == "" {
			j++
		}
		if j < len(ts) && ts[j].joined && !ts[j].caps && l.base[ts[j].lower] != "" && !l.has("role", ts[j].lower) {
			return j + 1
		}
		return end
	}
	if l.base[last.lower] == "" || end-i > 2 {
		return end
	}
	j := end
	if j+1 < len(ts) && ts[j].joined && !ts[j].caps && l.isAdjective(ts[j].lower) && ts[j+1].joined && !ts[j+1].caps {
		j++
	}
	if j < len(ts) && ts[j].joined && !ts[j].caps && f.genitive(ts[j].lower) {
		return j + 1
	}
	return end
}

// extendFrench goes on with the adjective behind a body: "Union européenne".
func (f *finder) extendFrench(ts []token, end int) int {
	if !f.hasAny(ts[end-1:end], "body", "realm") && ts[end-1].lower != "nations" || end == len(ts) || !ts[end].joined || ts[end].caps {
		return end
	}
	for e := range f.lists["adjective-end"] {
		if strings.HasSuffix(ts[end].lower, e) && !f.lists.has("function", ts[end].lower) {
			return end + 1
		}
	}
	return end
}

// genitive reports whether a word may be what a body is of: Министерство «обороны».
func (f *finder) genitive(key string) bool {
	if f.lists.has("function", key) || f.lists.has("speech", key) || f.lists.has("role", key) {
		return false
	}
	for ending := range f.lists["genitive"] {
		if strings.HasSuffix(key, ending) && utf8.RuneCountInString(key) > 3 {
			return true
		}
	}
	return false
}

// expandedWords is how many small words may stand in a name besides those that its acronym is made of.
const expandedWords = 3

// expanded returns the end of a name that begins at token i and whose words, small ones too, begin with the letters of the acronym in brackets behind it:
// «Организация Договора о коллективной безопасности (ОДКБ)». It returns end when there is none.
func (f *finder) expanded(p paragraph, i, end int) int {
	ts := p.tokens
	for j := end; j < len(ts) && j <= end+maxExpanded; j++ {
		gap := p.text[ts[j-1].end:ts[j].start]
		if strings.TrimSpace(gap) == "(" && isAcronym(ts[j].word) {
			if f.spells(ts[i:j], keyOf(letters(ts[j].word))) {
				return j
			}
			return end
		}
		if !ts[j].joined {
			return end
		}
	}
	return end
}

const maxExpanded = 8

// spells reports whether the first letters of the words are those of the acronym, small words of the language passed over.
func (f *finder) spells(ts []token, acronym string) bool {
	want, extra := []rune(acronym), 0
	spare := len(want) > 3 // "International Fund for Saving the Aral Sea (IFAS)"
	for i, t := range ts {
		r, _ := utf8.DecodeRuneInString(t.lower)
		switch {
		case len(want) > 0 && r == want[0]:
			want = want[1:]
		case !t.caps && f.lists.has("function", t.lower) && extra < expandedWords:
			extra++
		case spare && i > 0 && i < len(ts)-1:
			spare = false
		default:
			return false
		}
	}
	return len(want) == 0
}

// dropGiven removes given names that stand alone: they name nobody. A word with a place's evidence stays.
func (f *finder) dropGiven() {
	for s, n := range f.names {
		if len(n.words) == 1 && isGiven(n.words[0]) && !f.lex.isDouble(n.words[0]) && n.place == 0 && !isAcronym(s) {
			delete(f.names, s)
		}
	}
}
