package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// WriteProfiles returns the profiles file existing with its profiles made equal to profiles: what did not change keeps its lines, comments and
// order; what did is written anew in place; new profiles follow at the end in the order given. An existing file that
// cannot be read is an error: nothing a person wrote is thrown away. An empty one is begun.
func WriteProfiles(existing []byte, profiles []news.Profile) ([]byte, error) {
	want := make(map[string]news.Profile, len(profiles))
	for _, p := range profiles {
		if _, ok := want[p.ID]; ok {
			return nil, fmt.Errorf("write profile %q: it is given twice", p.ID)
		}
		want[p.ID] = tidy(p)
	}
	var old profileFile
	if strings.TrimSpace(string(existing)) != "" {
		old = readProfiles("the profiles file as it is", existing)
		if err := failed(old.faults); err != nil {
			return nil, err
		}
	}
	ordered := inOrder(old.profiles, profiles, want)

	if old.list != nil {
		out := patch(existing, old, ordered, want)
		if same(out, ordered) {
			return out, nil
		}
		// A layout that lines cannot follow, such as everything in brackets: its comments go, its content stays.
	}
	var b strings.Builder
	b.WriteString("profiles:")
	if len(ordered) == 0 {
		b.WriteString(" []")
	}
	b.WriteString("\n")
	for i, p := range ordered {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(entry(p, 2))
	}
	out := []byte(b.String())
	if _, err := ParseProfiles(out, "the profiles file as written"); err != nil {
		return nil, fmt.Errorf("write profiles: %w", err)
	}
	if !same(out, ordered) {
		return nil, fmt.Errorf("write profiles: they would not read back as they are")
	}
	return out, nil
}

// inOrder lists the wanted profiles, those of the file first and in its order.
func inOrder(old, profiles []news.Profile, want map[string]news.Profile) []news.Profile {
	var ordered []news.Profile
	placed := map[string]bool{}
	for _, p := range slices.Concat(old, profiles) {
		if w, ok := want[p.ID]; ok && !placed[p.ID] {
			placed[p.ID] = true
			ordered = append(ordered, w)
		}
	}
	return ordered
}

func same(data []byte, profiles []news.Profile) bool {
	got, err := ParseProfiles(data, "")
	return err == nil && len(got) == len(profiles) && (len(got) == 0 || reflect.DeepEqual(got, profiles))
}

// tidy drops empty lists and maps, which the file does not hold.
func tidy(p news.Profile) news.Profile {
	p.Names, p.Keywords, p.Rejected = tidyLists(p.Names), tidyLists(p.Keywords), tidyLists(p.Rejected)
	p.Proposed.Keywords = tidyLists(p.Proposed.Keywords)
	if len(p.FromMemory) == 0 {
		p.FromMemory = nil
	}
	if c := &p.Context; len(c.Near)+len(c.NotNear)+len(c.NotIn) == 0 {
		p.Context = news.Context{}
	} else {
		c.Near, c.NotNear, c.NotIn = tidyList(c.Near), tidyList(c.NotNear), tidyList(c.NotIn)
	}
	var seen map[string]map[string]int
	for name, in := range p.Seen {
		if len(in) == 0 {
			continue
		}
		if seen == nil {
			seen = map[string]map[string]int{}
		}
		seen[name] = in
	}
	p.Seen = seen
	return p
}

func tidyList(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

func tidyLists(m map[string][]string) map[string][]string {
	var out map[string][]string
	for k, list := range m {
		if len(list) == 0 {
			continue
		}
		if out == nil {
			out = map[string][]string{}
		}
		out[k] = list
	}
	return out
}

// patch rewrites the lines of existing that say something else than the ordered profiles do. It is nil when the list's items do not begin lines
// of their own.
func patch(existing []byte, old profileFile, ordered []news.Profile, want map[string]news.Profile) []byte {
	lines := strings.SplitAfter(string(existing), "\n")
	starts := old.list.starts
	if !dashed(lines, starts) {
		return nil
	}
	indent := indentOf(lines[starts[0]-1])
	heads := make([]int, len(starts)+1) // the line an entry begins in, the comments directly above it included
	for i, s := range starts {
		heads[i] = commentsAbove(lines, s, 1)
	}
	heads[len(starts)] = len(lines) + 1

	var b strings.Builder
	b.WriteString(between(lines, 1, heads[0]))
	for i, p := range old.profiles {
		// Blank lines and comments behind an entry belong to the file, not to the entry.
		end := heads[i+1]
		for end > starts[i]+1 && isSpace(lines[end-2], indent) {
			end--
		}
		w, kept := want[p.ID]
		switch {
		case !kept:
		case reflect.DeepEqual(p, w):
			b.WriteString(between(lines, heads[i], end))
		default:
			b.WriteString(between(lines, heads[i], starts[i]))
			b.WriteString(patchEntry(lines, old.list.items[i], starts[i], end, p, w, indent))
		}
		if i == len(starts)-1 {
			for _, p := range ordered[min(len(ordered), countKept(old.profiles, want)):] {
				if !strings.HasSuffix(b.String(), "\n") {
					b.WriteString("\n")
				}
				b.WriteString("\n" + entry(p, indent))
			}
		}
		if behind := between(lines, end, heads[i+1]); kept || strings.Contains(behind, "#") {
			b.WriteString(behind)
		}
	}
	return []byte(b.String())
}

func countKept(old []news.Profile, want map[string]news.Profile) int {
	n := 0
	for _, p := range old {
		if _, ok := want[p.ID]; ok {
			n++
		}
	}
	return n
}

// dashed reports whether each of the lines at starts begins with a dash of its own.
func dashed(lines []string, starts []int) bool {
	for i, s := range starts {
		if s > len(lines) || i > 0 && s <= starts[i-1] || !strings.HasPrefix(strings.TrimLeft(lines[s-1], " "), "-") {
			return false
		}
	}
	return len(starts) > 0
}

// patchEntry is the entry in lines start … end-1 with the fields of w in place of those of p that differ.
func patchEntry(lines []string, n *node, start, end int, p, w news.Profile, indent int) string {
	if !isBlock(n, start, end) || n.fields[0].at.line != start {
		return entry(w, indent)
	}
	// The first field shares its line with the dash.
	text := patchFields(lines, n, end, sections(p), sections(w))
	return lines[start-1][:n.fields[0].at.col-1] + strings.TrimLeft(text, " ")
}

// patchFields is the fields of n, a block whose last line is end-1, with those of want in place of those of have that differ.
func patchFields(lines []string, n *node, end int, have, want []section) string {
	indent := n.fields[0].at.col - 1
	var b strings.Builder
	done := map[string]bool{}
	for i, f := range n.fields {
		above := f.at.line
		if i > 0 {
			above = commentsAbove(lines, f.at.line, n.fields[i-1].at.line+1)
		}
		next := end
		if i+1 < len(n.fields) {
			next = commentsAbove(lines, n.fields[i+1].at.line, f.at.line+1)
		}
		done[f.key] = true
		h, w := byKey(have, f.key), byKey(want, f.key)
		if w == nil {
			b.WriteString(comments(lines[above-1:next-1], indent))
			continue
		}
		b.WriteString(between(lines, above, f.at.line))
		// What stands left of the key is blank, or the dash of the entry, which patchEntry writes.
		key := strings.Repeat(" ", indent) + lines[f.at.line-1][indent:]
		switch {
		case h != nil && h.text(0) == w.text(0):
			b.WriteString(key + between(lines, f.at.line+1, next))
		case h != nil && len(w.sub) > 0 && isBlock(f.value, f.at.line+1, next):
			first := f.value.fields[0].at.line
			b.WriteString(key + between(lines, f.at.line+1, first))
			b.WriteString(patchFields(lines, f.value, next, h.sub, w.sub))
		default:
			if items, ok := patchItems(lines, f.value, next, w.items); ok && len(w.items) > 0 {
				b.WriteString(key + between(lines, f.at.line+1, commentsAbove(lines, f.value.starts[0], f.at.line+1)) + items)
				continue
			}
			b.WriteString(rewritten(lines[f.at.line-1:next-1], *w, indent))
		}
	}
	for _, w := range want {
		if !done[w.key] {
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
				b.WriteString("\n")
			}
			b.WriteString(w.text(indent))
		}
	}
	return b.String()
}

// isBlock reports whether n is an object whose fields each begin a line of their own, from line start up to end-1.
func isBlock(n *node, start, end int) bool {
	if len(n.fields) == 0 || n.at != n.fields[0].at {
		return false
	}
	for _, f := range n.fields {
		if f.at.line < start || f.at.line >= end || f.at.col != n.at.col {
			return false
		}
		start = f.at.line + 1
	}
	return true
}

// between is the lines from … to-1, counted from 1.
func between(lines []string, from, to int) string { return strings.Join(lines[from-1:to-1], "") }

func byKey(list []section, key string) *section {
	for i := range list {
		if list[i].key == key {
			return &list[i]
		}
	}
	return nil
}

// commentsAbove is the first of the comment lines directly above line, not before least.
func commentsAbove(lines []string, line, least int) int {
	for line > least && strings.HasPrefix(strings.TrimSpace(lines[line-2]), "#") {
		line--
	}
	return line
}

// isSpace reports a blank line, or a comment that is not indented more than indent.
func isSpace(line string, indent int) bool {
	t := strings.TrimSpace(line)
	return t == "" || t[0] == '#' && indentOf(line) <= indent
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
