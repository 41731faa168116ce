package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"vestnik/internal/news"
)

// FormatDuration writes d as config.yaml does, for ParseDuration to read: 90s, 15m, 1h30m, 2d.
func FormatDuration(d time.Duration) string {
	if d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// FeedLine is f as a line of the list of feeds, from its brace on, without its proxy, auth, headers and backfill. What the options of the file fill in where a feed is silent is left out.
func FeedLine(f news.Feed) string {
	every := ""
	if f.Every > 0 {
		every = FormatDuration(f.Every)
	}
	var parts []string
	for _, x := range []struct{ key, value string }{
		{"id", f.ID}, {"url", f.URL}, {"outlet", f.Outlet}, {"country", f.Country}, {"language", f.Language}, {"type", string(f.Type)},
		{"every", every}, {"timezone", f.Timezone}, {"full_text", truth(f.FullText)}, {"allow_private", truth(f.AllowPrivate)}, {"user_agent", f.UserAgent},
	} {
		if x.value == "" {
			continue
		}
		value := quote(x.value)
		switch x.key {
		case "every", "full_text", "allow_private":
			value = x.value
		case "id":
			if plainID(x.value) {
				value = x.value
			}
		}
		parts = append(parts, x.key+": "+value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// plainID reports an id that no reader of YAML takes for anything but a text, such as "24-kg".
func plainID(s string) bool {
	return isPlain(s) || strings.Contains(s, "-") && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz")
}

// CheckFeed says what is wrong with f as an entry of the list of feeds. Paths are the keys of the entry: "country".
func CheckFeed(f news.Feed) news.Faults {
	d, root := newDecoder("", []byte("- "+FeedLine(f)+"\n"))
	if root != nil && len(root.items) == 1 {
		d.object(root.items[0], "", feedOptions(d, &news.Feed{}))
	}
	var out news.Faults
	for _, f := range d.faults {
		out = append(out, f.Fault)
	}
	return out
}

// AddFeeds returns the config file with feeds put behind those it has, one a line, everything else and all comments kept. Feeds that would be
// refused on reading are an *Error, and so is a file that cannot be read; any other error says why the file's layout leaves no place for a line. The rest
// of the file is not judged.
func AddFeeds(name string, data []byte, feeds []news.Feed) ([]byte, error) {
	before, root, err := feedsOf(name, data)
	if err != nil {
		return nil, err
	}
	if len(feeds) == 0 {
		return data, nil
	}
	out, err := insertFeeds(data, root, feeds)
	if err != nil {
		return nil, err
	}
	after, _, err := feedsOf(name, out)
	var faults *Error
	switch {
	case errors.As(err, &faults) && slices.ContainsFunc(faults.Faults, func(f Fault) bool { return f.Path == "" }):
		return nil, errLayout // what was YAML is none any more
	case err != nil:
		return nil, err
	case len(after) != len(before)+len(feeds) || !slices.EqualFunc(after[:len(before)], before, func(a, b news.Feed) bool { return reflect.DeepEqual(a, b) }):
		return nil, errLayout
	}
	for i, f := range feeds {
		if FeedLine(after[len(before)+i]) != FeedLine(f) {
			return nil, errLayout
		}
	}
	return out, nil
}

var errLayout = errors.New("the list of feeds is written in a way that lines cannot be put behind: add the entry yourself")

// feedsOf reads the list of feeds alone. A file without one, or with an empty one, has none.
func feedsOf(name string, data []byte) ([]news.Feed, *node, error) {
	d, root := newDecoder(name, data)
	if root == nil {
		return nil, nil, failed(d.faults, name)
	}
	if root.kind != object {
		return nil, nil, errLayout
	}
	var c Config
	if n := root.field("feeds"); n != nil && n.value.kind == list && len(n.value.items) > 0 {
		c.readFeeds(d, n.value)
	} else if n != nil && n.value.kind != null && n.value.kind != list {
		d.fail("feeds", n.value.at, "expected a list, found %s", n.value.kind)
	}
	if err := failed(d.faults, name); err != nil {
		return nil, nil, err
	}
	return c.Feeds, root, nil
}

// field is the field of that key, nil when there is none.
func (n *node) field(key string) *field {
	for i := range n.fields {
		if n.fields[i].key == key {
			return &n.fields[i]
		}
	}
	return nil
}

func insertFeeds(data []byte, root *node, feeds []news.Feed) ([]byte, error) {
	lines := strings.SplitAfter(string(data), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	end := "\n"
	if strings.HasSuffix(lines[0], "\r\n") {
		end = "\r\n"
	}
	f := root.field("feeds")
	at, indent, fresh := len(lines), 2, []string(nil)
	switch {
	case f == nil: // at the end of the file, before the mark of one
		for at > 0 && (strings.TrimSpace(lines[at-1]) == "" || strings.HasPrefix(lines[at-1], "...")) {
			at--
		}
		fresh = append(fresh, end, "feeds:"+end)
	case len(f.value.items) > 0:
		starts := f.value.starts
		if !dashed(lines, starts) {
			return nil, errLayout
		}
		indent = indentOf(lines[starts[0]-1])
		at = behind(lines, starts[len(starts)-1], next(root, f), indent)
	default: // "feeds:", "feeds: []", "feeds: null"
		line := lines[f.at.line-1]
		key, rest, _ := strings.Cut(line, ":")
		comment := trailing(rest)
		value := strings.TrimSpace(strings.TrimSuffix(strings.TrimRight(rest, "\r\n"), comment))
		if !slices.Contains([]string{"", "[]", "[ ]", "null", "~"}, value) {
			return nil, errLayout
		}
		if value != "" {
			if comment != "" {
				comment = " " + comment
			}
			lines[f.at.line-1] = key + ":" + comment + end
		}
		at = behind(lines, f.at.line, next(root, f), 1)
	}
	if at > 0 && !strings.HasSuffix(lines[at-1], "\n") {
		lines[at-1] += end
	}
	for _, x := range feeds {
		fresh = append(fresh, strings.Repeat(" ", indent)+"- "+FeedLine(x)+end)
	}
	return []byte(strings.Join(slices.Insert(lines, at, fresh...), "")), nil
}

// next is the line of the key that follows f, 0 when f is the last.
func next(root *node, f *field) int {
	line := 0
	for _, x := range root.fields {
		if x.at.line > f.at.line && (line == 0 || x.at.line < line) {
			line = x.at.line
		}
	}
	return line
}

// behind is how many lines stand up to the end of a value that begins in line first, before the key in line next (0: the file's end). Comments
// directly below it that are indented as much belong to it; those behind an empty line, and less indented ones, to what follows.
func behind(lines []string, first, next, indent int) int {
	last := len(lines)
	if next > 0 {
		last = next - 1
	}
	blank := func(s string) bool { s = strings.TrimSpace(s); return s == "" || strings.HasPrefix(s, "#") }
	at := last
	for at > first && (blank(lines[at-1]) || strings.HasPrefix(lines[at-1], "...")) {
		at--
	}
	for indent > 0 && at < last && strings.HasPrefix(strings.TrimSpace(lines[at]), "#") && indentOf(lines[at]) >= indent {
		at++
	}
	return at
}
