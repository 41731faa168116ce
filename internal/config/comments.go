package config

import (
	"slices"
	"strings"
)

// What a person wrote behind a "#" stays when the line it stands on is written anew.

// trailing returns the comment at the end of a line, its "#" included, or "".
func trailing(line string) string {
	line = strings.TrimRight(line, "\r\n")
	for i := 0; i < len(line); i++ {
		c := line[i]
		begins := i == 0 || strings.IndexByte(" \t[{,", line[i-1]) >= 0
		switch {
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return line[i:]
		case begins && (c == '"' || c == '\''):
			i += closing(line[i+1:], c) + 1
		}
	}
	return ""
}

// closing is where the text in quotes ends, before its closing quote.
func closing(s string, quote byte) int {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '"':
			i++
		case s[i] == quote && quote == '\'' && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return i
		}
	}
	return len(s)
}

// comments is those of the lines, each on a line of its own.
func comments(lines []string, indent int) string {
	var b strings.Builder
	for _, line := range lines {
		if c := trailing(line); c != "" {
			b.WriteString(strings.Repeat(" ", indent) + c + "\n")
		}
	}
	return b.String()
}

// rewritten is the field's new lines with the comments of the old ones: that of the first line at its end, the others above.
func rewritten(old []string, s section, indent int) string {
	fresh := s.text(indent)
	if behind := trailing(old[0]); behind != "" {
		first, rest, _ := strings.Cut(fresh, "\n")
		fresh = first + " " + behind + "\n" + rest
	}
	return comments(old[1:], indent) + fresh
}

// patchItems is a list of one item a line with those of want: lines of items that stay are kept with the comments above and behind them. It is not ok when the
// list is not written so.
func patchItems(lines []string, n *node, next int, want []string) (string, bool) {
	if n.kind != list || len(n.items) == 0 || !dashed(lines, n.starts) || len(n.starts) != len(n.items) {
		return "", false
	}
	indent := indentOf(lines[n.starts[0]-1])
	chunk := map[string]string{}
	order := make([]string, len(n.items))
	least := n.starts[0]
	for i, item := range n.items {
		if item.kind != scalar || item.at.line != n.starts[i] {
			return "", false
		}
		from := commentsAbove(lines, n.starts[i], least)
		end := next
		if i+1 < len(n.starts) {
			end = commentsAbove(lines, n.starts[i+1], n.starts[i]+1)
		}
		chunk[item.text] = between(lines, from, end)
		order[i] = item.text
		least = n.starts[i] + 1
	}
	var b strings.Builder
	for _, s := range order {
		if !slices.Contains(want, s) {
			b.WriteString(comments(strings.SplitAfter(chunk[s], "\n"), indent))
		}
	}
	for _, s := range want {
		text, ok := chunk[s]
		if !ok {
			text = strings.Repeat(" ", indent) + "- " + quote(s) + "\n"
		}
		b.WriteString(text)
		if !strings.HasSuffix(text, "\n") {
			b.WriteString("\n")
		}
	}
	return b.String(), true
}
