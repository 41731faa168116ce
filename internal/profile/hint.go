package profile

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"vestnik/internal/news"
	"vestnik/internal/text"
)

// A Hint is a join that a person may make and the builder does not, because it needs knowledge: ODBK is no acronym of CSTO's names. It is given only
// when there is a signal.
type Hint struct {
	Name  string `json:"name"`  // the spelling
	In    string `json:"in"`    // the profile of the proposal that has it
	Other string `json:"other"` // the profile it may belong to
	Why   string `json:"why"`
}

func (h Hint) String() string { return fmt.Sprintf("? possible: %s ~ %s (%s)", h.Name, h.Other, h.Why) }

// HowToDecide tells a person what to do about hints; until then they are given again.
const HowToDecide = `? yes: add the name to the profile behind the ~ and delete the entry it stands in; no: put it under "rejected" of the profile behind the ~`

// Hints looks at every acronym of the profiles, those of the prior too, for what nobody decided stays open: whether its letters are those of another one in another order, or that and a letter more, and whether a
// profile among known, reviewed elsewhere, has it together with a name of another profile here. Acronyms in Cyrillic are read in Latin letters for that.
// A name in Cyrillic may be the spelling of one in Latin letters. A name that the other profile rejects was decided on. Two profiles of known are not compared:
// they were reviewed together.
func Hints(p Proposal, known []news.Profile) []Hint {
	out := []Hint{}
	for i := len(p.Profiles) - 1; i >= 0; i-- { // the least known first: of two it is the one that may belong to the other
		for _, n := range flat(p.Profiles[i].Names) {
			h, ok := hintOf(p, i, n, known)
			if ok && !decided(p, known, h) && !slices.ContainsFunc(out, func(x Hint) bool { return x.In == h.Other && x.Other == h.In }) {
				out = append(out, h)
			}
		}
	}
	return out
}

// decided reports whether a person said no to the hint, or reviewed both profiles as two.
func decided(p Proposal, known []news.Profile, h Hint) bool {
	reviewed := func(id, name string) bool {
		return slices.ContainsFunc(known, func(k news.Profile) bool { return k.ID == id && (name == "" || slices.Contains(flat(k.Names), name)) })
	}
	return reviewed(h.In, h.Name) && reviewed(h.Other, "") || slices.ContainsFunc(p.Profiles, func(x news.Profile) bool { return x.ID == h.Other && slices.Contains(flat(x.Rejected), h.Name) })
}

func hintOf(p Proposal, at int, n string, known []news.Profile) (Hint, bool) {
	h := Hint{Name: n, In: p.Profiles[at].ID}
	for _, k := range known {
		if !slices.Contains(flat(k.Names), n) {
			continue
		}
		for i, y := range p.Profiles {
			if both := sharedName(y, k); i != at && both != "" {
				h.Other, h.Why = y.ID, fmt.Sprintf("the profile %s that ships with the bot has both it and %s", k.ID, both)
				return h, true
			}
		}
	}
	if h.Other = spelledOtherwise(p, at, n); h.Other != "" {
		h.Why = "in Latin letters " + h.Other[strings.IndexByte(h.Other, ' ')+1:] + " may be its spelling"
		h.Other, _, _ = strings.Cut(h.Other, " ")
		return h, true
	}
	if !isAcronym(n) || utf8.RuneCountInString(letters(n)) < 3 {
		return h, false
	}
	for _, list := range [][]news.Profile{p.Profiles, known} {
		for _, y := range list {
			for _, m := range flat(y.Names) {
				if y.ID != h.In && isAcronym(m) && sameLetterBag(n, m) {
					h.Other, h.Why = y.ID, "its letters are those of "+m+", a name of "+y.ID
					return h, true
				}
			}
		}
	}
	return h, false
}

// spelledOtherwise returns the id of another profile and its name in Latin letters, when newspapers spell the Cyrillic name so.
func spelledOtherwise(p Proposal, at int, n string) string {
	cyrillic, latin := text.Scripts(n)
	if !cyrillic || latin || isAcronym(n) || strings.Contains(n, " ") {
		return ""
	}
	for _, code := range inflected {
		if !slices.Contains(p.Profiles[at].Names[code], n) {
			continue
		}
		for _, spelling := range text.Spellings(n, code, "en") {
			for i, y := range p.Profiles {
				for _, m := range flat(y.Names) {
					if i != at && text.Fold(m) == spelling && !strings.Contains(m, " ") {
						return y.ID + " " + m
					}
				}
			}
		}
	}
	return ""
}

// sharedName returns a name that both profiles have.
func sharedName(a, b news.Profile) string {
	names := flat(b.Names)
	for _, n := range flat(a.Names) {
		if slices.Contains(names, n) {
			return n
		}
	}
	return ""
}

// sameLetterBag reports whether two different acronyms have the same letters, read in Latin ones.
func sameLetterBag(a, b string) bool {
	x, y := latinLetters(a), latinLetters(b)
	if x == y && a == b {
		return false
	}
	return x != "" && sorted(x) == sorted(y)
}

func sorted(s string) string {
	r := []rune(s)
	slices.Sort(r)
	return string(r)
}

// latinLetters is an acronym in small Latin letters: each Cyrillic one as newspapers spell its sound.
func latinLetters(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(letters(s)) {
		if cyr, _ := text.Scripts(string(r)); !cyr {
			b.WriteRune(r)
			continue
		}
		// A letter alone is no word to package text: it is spelled with a vowel that falls away again.
		spelled := text.Spellings(string(r)+"ата", "ru", "en")
		if len(spelled) == 0 {
			return ""
		}
		head, ok := strings.CutSuffix(spelled[0], "ata")
		if !ok {
			return ""
		}
		b.WriteString(head)
	}
	return b.String()
}
