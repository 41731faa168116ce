package feedback

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// YAML is proposals, of one watchlist, as lines to paste: the entries they belong to, each with the lists that change, in their new form.
func YAML(proposals []Proposal, profiles []news.Profile, w news.Watchlist) []string {
	changed := map[string]map[Where]bool{} // by profile; "": the watchlist
	for i := range proposals {
		p := &proposals[i]
		profiles, w = p.Apply(profiles, w)
		if changed[p.Profile] == nil {
			changed[p.Profile] = map[Where]bool{}
		}
		changed[p.Profile][p.Where] = true
	}
	var lines []string
	for i := range profiles {
		x := &profiles[i]
		if len(changed[x.ID]) == 0 {
			continue
		}
		if lines == nil {
			lines = append(lines, "profiles:")
		}
		lines = append(lines, "  - id: "+plain(x.ID), "    context:")
		for _, where := range []Where{Near, NotNear, NotIn} {
			if changed[x.ID][where] {
				lines = append(lines, "      "+string(where)+": "+flow(*where.list(&x.Context)))
			}
		}
	}
	if changed[""][Exclude] {
		lines = append(lines, "watchlists:", "  - id: "+plain(w.ID), "    exclude: "+flow(w.Exclude))
	}
	return lines
}

// flow is a YAML list on one line. Its texts are in double quotes, where YAML reads what JSON writes.
func flow(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			panic(err) // a string
		}
		quoted[i] = strings.TrimSpace(b.String())
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// plain is a text without quotes where YAML reads it as that text.
func plain(s string) string {
	word := s != "" && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && r != '-' }) && s[0] != '-'
	if word && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, s) {
		return s
	}
	return strings.TrimSuffix(strings.TrimPrefix(flow([]string{s}), "["), "]")
}
