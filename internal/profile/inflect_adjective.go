package profile

import (
	"strings"
	"unicode/utf8"
)

// adjective returns the dictionary form of an adjective that goes with the noun.
func (in *inflector) adjective(key, noun string) string {
	ends := map[string][]string{}
	for entry := range in.lists["adjective"] {
		gender, list, _ := strings.Cut(entry, "=")
		ends[gender] = strings.Fields(list)
	}
	gender := genderOf(noun)
	for _, e := range ends[gender] {
		if strings.HasSuffix(key, e) && gender != "n" {
			return key
		}
	}
	for i, l := range lemmasOf(key, in.code) {
		if i > 0 && strings.HasPrefix(l, key) {
			continue
		}
		for _, e := range ends["m"] {
			stem, ok := strings.CutSuffix(l, e)
			before, _ := utf8.DecodeLastRuneInString(stem)
			if !ok || isVowel(before) || utf8.RuneCountInString(stem) > utf8.RuneCountInString(key) || i == 0 && gender != "m" && !in.isAdjective(l) {
				continue
			}
			if gender == "m" {
				return l
			}
			return in.agree(stem, gender, ends)
		}
	}
	stem := key // the rules know no such adjective
	for _, section := range []string{"oblique", "oblique-sure"} {
		for e := range in.lists[section] {
			if cut, ok := strings.CutSuffix(key, e); ok && len(cut) < len(stem) {
				stem = cut
			}
		}
	}
	if in.code == "pl" {
		stem = strings.TrimSuffix(stem, "i")
	}
	if before, _ := utf8.DecodeLastRuneInString(stem); stem == key || isVowel(before) || utf8.RuneCountInString(stem) < 3 {
		return key
	}
	return in.agree(stem, gender, ends)
}

// agree puts the ending of a gender behind the stem of an adjective.
func (in *inflector) agree(stem, gender string, ends map[string][]string) string {
	list := ends[gender]
	if len(list) == 0 {
		return stem
	}
	last, _ := utf8.DecodeLastRuneInString(stem)
	velar := strings.ContainsRune("кгхkg", last)
	switch {
	case in.code == "pl" && velar && gender != "f":
		return stem + map[string]string{"m": "i", "n": "ie", "p": "ie"}[gender]
	case in.code == "pl" && gender == "p":
		return stem + "e"
	case velar && len(list) > 1 && (gender == "p" || gender == "m" && in.code != "uk"):
		return stem + list[1]
	}
	return stem + list[0]
}

func genderOf(noun string) string {
	last, _ := utf8.DecodeLastRuneInString(noun)
	switch {
	case strings.ContainsRune("аяa", last):
		return "f"
	case strings.ContainsRune("оеэєoeё", last):
		return "n"
	case strings.ContainsRune("ыиії", last):
		return "p"
	}
	return "m"
}
