package profile

import (
	"fmt"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// DiffTopic says in lines what refreshing a topic changes: "+" a term, with its weight and where it stands, "-" one that goes, "~" another weight or
// threshold. No lines means no change.
func DiffTopic(prior, now news.Profile) []string {
	var lines []string
	if prior.Threshold != now.Threshold {
		if prior.Threshold == 0 {
			lines = append(lines, fmt.Sprintf("+ %s (topic): threshold %g", now.ID, now.Threshold))
		} else {
			lines = append(lines, fmt.Sprintf("~ %s: threshold %g → %g", now.ID, prior.Threshold, now.Threshold))
		}
	}
	for _, lang := range languagesOf(prior.Keywords, now.Keywords) {
		for _, k := range now.Keywords[lang] {
			word, weight := cutWeight(k)
			switch was := sameWord(prior.Keywords[lang], k); {
			case was == "":
				lines = append(lines, fmt.Sprintf("+ %s: %s term %s, weight %g%s", now.ID, lang, word, weight, standsIn(now.Seen[seenKey(lang, word)])))
			case was != k:
				lines = append(lines, fmt.Sprintf("~ %s: %s term %s, weight %g → %g", now.ID, lang, word, weightOf(was), weight))
			}
		}
		for _, k := range prior.Keywords[lang] {
			if sameWord(now.Keywords[lang], k) == "" {
				word, _ := cutWeight(k)
				lines = append(lines, fmt.Sprintf("- %s: %s term %s", now.ID, lang, word))
			}
		}
	}
	return lines
}

func languagesOf(lists ...map[string][]string) []string {
	var out []string
	for _, m := range lists {
		for lang := range m {
			out = append(out, lang)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func standsIn(count map[string]int) string {
	if len(count) == 0 {
		return ""
	}
	return strings.Join([]string{"; ", number(sum(count), "mention"), " in ", number(len(count), "article")}, "")
}
