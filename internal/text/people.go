package text

import (
	"bufio"
	"embed"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed people/*.txt
var peopleFiles embed.FS

// IsGivenName reports whether hash, the Hash of a folded word, is that of a known given name, in any case of its language.
// Names that are as often a surname, a place or a word of the dictionary (Jordan, Вера) are not known: they prove nothing about a surname beside them.
func IsGivenName(hash uint64) bool { return people().words.has(hash, kindGiven) }

// IsListedGivenName reports whether hash, the Hash of a folded word, is that of a known given name in its dictionary form: Владимир, but not Владимира.
func IsListedGivenName(hash uint64) bool {
	return IsGivenName(hash) && people().words.has(hash, kindFirst)
}

// IsCommonWord reports whether hash, the Hash of a folded word, is that of a word which is ordinary vocabulary in the language, or in any of those of the
// same data when lang is "", although it could be a surname (Мороз, Brown), or an acronym in capitals (WHO, ОН). Genitives that are surnames
// themselves (Волков) are not.
func IsCommonWord(hash uint64, lang string) bool {
	return people().words.has(hash, kindCommon) && (lang == "" || people().words.has(hash, kindIn(lang)))
}

// IsTitleOfWoman reports whether hash, the Hash of a folded word, is that of a form of address for women: госпожа, Frau, Mrs.
func IsTitleOfWoman(hash uint64) bool { return people().words.has(hash, kindWoman) }

// IsParticle reports whether a folded word is a small word inside surnames: von, de, аль, бен, оглы.
func IsParticle(folded string) bool { return people().particles[folded] }

// IsSurnameFirst reports whether a folded word is a surname of East Asia that stands before the given name: Си, Xi, Kim.
func IsSurnameFirst(folded string) bool { return people().surnameFirst[folded] }

// IsPatronymic reports whether a folded word looks like a patronymic, in any case: Ивановичу, Іванівни, Кемелұлы, Ivanovna, қызы. It goes by the ending,
// so surnames of the same make (Петрович) are patronymics too; those in -кевич and a few well known ones are not.
func IsPatronymic(folded string) bool {
	p := people()
	if p.patronymics[folded] {
		return true
	}
	if p.noPatronymics[folded] {
		return false
	}
	runes := utf8.RuneCountInString(folded)
	if runes > longestPatronymic {
		return false
	}
	for i := range folded {
		if least, ok := p.endings[folded[i:]]; ok {
			return runes-utf8.RuneCountInString(folded[i:]) >= least // the longest ending decides
		}
	}
	return false
}

// longestPatronymic bounds the search of a hostile word, in letters; Абдурахмангаджиевичами has 24.
const longestPatronymic = 32

// What a word may be; a word may be more than one.
const (
	kindGiven uint32 = 1 << iota
	kindCommon
	kindTitle
	kindAmbiguous // a form of a given name that proves nothing
	kindNever     // the same as listed
	kindFirst     // a given name as listed, not a form of one
	kindWoman
	kindLanguage // from here on a bit for each of peopleLanguages: where a common word is one
)

var peopleLanguages = []string{"en", "de", "fr", "pl", "cs", "ru", "uk", "be", "bg", "kk"}

// kindIn is the bit of a language; that of one without data is never set.
func kindIn(lang string) uint32 {
	if i := slices.Index(peopleLanguages, lang); i >= 0 {
		return kindLanguage << i
	}
	return kindLanguage << len(peopleLanguages)
}

// A peopleData is what people/*.txt say, ready to be asked. It is never written to once built.
type peopleData struct {
	words                      wordSet
	particles, surnameFirst    map[string]bool
	patronymics, noPatronymics map[string]bool
	endings                    map[string]int // of patronymics, to the fewest letters before them
}

// people reads the embedded data once.
var people = sync.OnceValue(loadPeople)

func loadPeople() *peopleData {
	p := newPeopleData()
	readData(peopleFiles, "people", p.parse)
	p.settle()
	return p
}

func newPeopleData() *peopleData {
	return &peopleData{
		particles: map[string]bool{}, surnameFirst: map[string]bool{}, patronymics: map[string]bool{}, noPatronymics: map[string]bool{},
		endings: map[string]int{},
	}
}

// parse reads one file; code is the language of sections that name none.
func (p *peopleData) parse(code, data string) error {
	section, codes := "", []string(nil)
	sc := bufio.NewScanner(strings.NewReader(data))
	for n := 1; sc.Scan(); n++ {
		line, _, _ := strings.Cut(sc.Text(), "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			head := strings.Fields(line[1 : len(line)-1])
			if len(head) == 0 {
				return fmt.Errorf("line %d: a section without a name", n)
			}
			if section, codes = head[0], head[1:]; len(codes) == 0 {
				codes = []string{code}
			}
			continue
		}
		if err := p.parseLine(section, line, codes); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return sc.Err()
}

func (p *peopleData) parseLine(section, line string, codes []string) error {
	if section == "patronymic" && strings.Contains(line, ":") {
		return p.parseEnding(line)
	}
	for _, word := range strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || isHyphen(r) }) {
		switch section {
		case "given":
			p.words.add(Hash(Fold(word)), kindGiven|kindFirst)
			p.expand(word, codes, kindGiven)
		case "ambiguous":
			p.words.add(Hash(Fold(word)), kindNever)
			p.expand(word, codes, kindAmbiguous)
		case "common":
			for _, code := range codes {
				p.expand(word, []string{code}, kindCommon|kindIn(code))
			}
		case "function":
			for _, code := range codes {
				p.words.add(Hash(Fold(word)), kindCommon|kindIn(code))
			}
		case "title-woman":
			p.expand(word, codes, kindTitle|kindWoman)
		case "title":
			p.expand(word, codes, kindTitle)
		case "particle":
			p.particles[Fold(word)] = true
		case "surname-first":
			p.surnameFirst[Fold(word)] = true
		case "patronymic":
			p.patronymics[Fold(word)] = true
		case "no-patronymic":
			p.noPatronymics[Fold(word)] = true
		default:
			return fmt.Errorf("unknown section %q", section)
		}
	}
	return nil
}

// parseEnding reads "ович евич 2 : . а у": two ends, at least two letters before them, and what may follow.
func (p *peopleData) parseEnding(line string) error {
	left, right, _ := strings.Cut(line, ":")
	ends := strings.Fields(left)
	least := 0
	if n := len(ends); n < 2 {
		return fmt.Errorf("want «end … least : endings», got %q", line)
	} else if _, err := fmt.Sscanf(ends[n-1], "%d", &least); err != nil {
		return fmt.Errorf("fewest letters of %q: %w", line, err)
	} else {
		ends = ends[:n-1]
	}
	after := strings.Fields(right)
	for _, end := range ends {
		for _, e := range after {
			p.endings[Fold(end)+foldLetters(e)] = least
		}
	}
	return nil
}

// expand adds the forms of the word in each of the languages: those of Forms, but hashed as they are made, since their strings took ten times as
// long (BenchmarkPeopleLoad).
func (p *peopleData) expand(word string, codes []string, kind uint32) {
	var buf, formBuf [48]rune
	folded, form := appendFold(buf[:0], word), formBuf[:0]
	p.words.add(hashRunes(folded), kind)
	for _, code := range codes {
		l := languages().by[code]
		if l == nil || len(folded) < 2 || !inflects(code, kind) || l.stop[string(folded)] || !l.writes(folded) {
			continue
		}
		for _, r := range l.fitting(nil, folded) {
			stem := folded[:len(folded)-r.cut]
			for _, e := range r.endings {
				if r.cut == 0 && e.text == "ей" && !hushes(stem) {
					continue // Макей is no form of мак
				}
				if keepForm(stem, e.text, code, kind) {
					form = append(form[:0], stem...)
					for _, r := range e.text {
						form = append(form, r)
					}
					p.words.add(hashRunes(form), kind)
				}
			}
		}
	}
}

// hushes reports whether the word ends in ж, ч, ш or щ, behind which alone a hard noun has a genitive in -ей (ножей).
func hushes(word []rune) bool { return strings.ContainsRune("жчшщ", word[len(word)-1]) }

// inflects reports whether words of the kind have forms in the language: German, English and French names do not before a surname ("Roberts" is one),
// and Bulgarian words have none but with the article and in a call, which are other languages' names (елене, a deer, is Елена's dative).
func inflects(code string, kind uint32) bool {
	if kind&kindCommon != 0 && code == "bg" {
		return false
	}
	return kind&(kindGiven|kindAmbiguous) == 0 || code != "de" && code != "en" && code != "fr"
}

// keepForm passes the forms that a reader takes for the word. Dropped are genitives that are surnames (Иванов, волков, Осин, Іванів, Марозаў), and the
// plural and the possessives of Kazakh given names.
func keepForm(stem []rune, ending, code string, kind uint32) bool {
	switch code {
	case "ru", "uk", "be":
		return !likeSurname(stem, ending)
	case "kk":
		return kind&(kindGiven|kindAmbiguous) == 0 || !kazakhOwn(ending)
	}
	return true
}

// kazakhOwn reports whether the ending begins with that of the plural (-лар …) or of the third person's possession (-ы, -сы, -ғы, -бы …).
func kazakhOwn(ending string) bool {
	first, n := utf8.DecodeRuneInString(ending)
	rest := ending[n:]
	switch first {
	case 'ы', 'і':
		return true
	case 'с', 'ғ', 'г', 'б':
		return strings.HasPrefix(rest, "ы") || strings.HasPrefix(rest, "і")
	case 'л', 'д', 'т':
		return strings.HasPrefix(rest, "ар") || strings.HasPrefix(rest, "ер")
	}
	return false
}

// likeSurname reports whether the form ends in -ов, -ев, -єв, -ів, -їв, -аў, -оў, -еў, -эў, -яў, -ин, -ін or -ын.
func likeSurname(stem []rune, ending string) bool {
	last, n := utf8.DecodeLastRuneInString(ending)
	before, m := utf8.DecodeLastRuneInString(ending[:len(ending)-n])
	if m == 0 {
		left := len(stem)
		if n == 0 && left > 0 {
			left--
			last = stem[left]
		}
		if left == 0 {
			return false
		}
		before = stem[left-1]
	}
	switch last {
	case 'в':
		return strings.ContainsRune("оеєії", before)
	case 'у': // ў
		return strings.ContainsRune("аоеэя", before)
	case 'н':
		return strings.ContainsRune("иіы", before)
	}
	return false
}

// settle takes the ambiguous names from the given ones, and the forms that are also an ordinary word, a title or a form of an ambiguous name (мая of Мая).
func (p *peopleData) settle() {
	for i, k := range p.words.kinds {
		if k&kindNever != 0 || k&(kindAmbiguous|kindCommon|kindTitle) != 0 && k&kindFirst == 0 {
			p.words.kinds[i] = k &^ kindGiven
		}
	}
}

// A wordSet holds hashes and what they are, in a table of open addressing with linear probing (Knuth, TAOCP 3, 6.4), at most three quarters full.
// Of a hash it keeps 32 bits; with the place where they stand they tell it from others but for one in a thousand million. What words may be are a few
// dozen combinations, so that a slot has the number of one. Combination 0 marks a free slot.
type wordSet struct {
	tags  []uint32
	what  []uint16          // of each slot, an index of kinds
	kinds []uint32          // every combination there is
	index map[uint32]uint16 // of kinds
	n     int
}

// golden is 2⁶⁴ divided by the golden ratio: Fibonacci hashing (Knuth, the same section).
const golden = 0x9E3779B97F4A7C15

// slot returns where the hash stands or would stand, and its tag. The place takes the highest bits of the product, the tag those in the middle.
func (s *wordSet) slot(hash uint64) (i int, tag uint32) {
	product := hash * golden
	at, _ := bits.Mul64(product, uint64(len(s.tags))) // the product's place among all there are, on the scale of the slots
	i, tag = int(at), uint32(product>>16)
	for s.what[i] != 0 && s.tags[i] != tag {
		if i++; i == len(s.tags) {
			i = 0
		}
	}
	return i, tag
}

func (s *wordSet) has(hash uint64, kind uint32) bool {
	if hash == 0 || s.n == 0 {
		return false
	}
	i, _ := s.slot(hash)
	return s.kinds[s.what[i]]&kind != 0
}

func (s *wordSet) add(hash uint64, kind uint32) {
	if hash == 0 {
		return
	}
	if s.tags == nil {
		*s = wordSet{tags: make([]uint32, wordSetSize), what: make([]uint16, wordSetSize), kinds: []uint32{0}, index: map[uint32]uint16{0: 0}}
	}
	i, tag := s.slot(hash)
	if s.what[i] == 0 {
		if s.n++; 4*s.n > 3*len(s.tags) {
			panic("text: the lists of people have outgrown wordSetSize")
		}
		s.tags[i] = tag
	}
	kind |= s.kinds[s.what[i]]
	w, ok := s.index[kind]
	if !ok {
		w = uint16(len(s.kinds))
		s.kinds, s.index[kind] = append(s.kinds, kind), w
	}
	s.what[i] = w
}

// wordSetSize is how many slots there are: the lists fill seven tenths of them. A test loads them.
const wordSetSize = 345_000
