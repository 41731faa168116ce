package feedback

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// YAML is the proposal as lines to paste: the entry it belongs to, with the one list that changes in its new form.
func (p *Proposal) YAML(profiles []news.Profile, w news.Watchlist) []string {
	profiles, w = p.Apply(profiles, w)
	if p.Where == Exclude {
		return []string{"watchlists:", "  - id: " + plain(w.ID), "    exclude: " + flow(w.Exclude)}
	}
	i := slices.IndexFunc(profiles, func(x news.Profile) bool { return x.ID == p.Profile })
	if i < 0 {
		return nil
	}
	return []string{"profiles:", "  - id: " + plain(p.Profile), "    context:", "      " + string(p.Where) + ": " + flow(*p.list(&profiles[i].Context))}
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
