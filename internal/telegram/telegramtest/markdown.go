package telegramtest

import (
	"strings"
	"unicode/utf8"
)

// parse reads text in the style a parse_mode names; the empty mode is plain text.
func parse(text, mode string) (Formatted, error) {
	if !utf8.ValidString(text) {
		return Formatted{}, errUTF8
	}
	switch lower(mode) {
	case "", "none":
		return Formatted{Text: text}, nil
	case "html":
		return ParseHTML(text)
	case "markdown":
		return parseMarkdown(text)
	case "markdownv2":
		return parseMarkdownV2(text)
	}
	return Formatted{}, errParseMode
}

const errParseMode = serverError("unsupported parse_mode")

// parseMarkdown reads the legacy style: *bold*, _italic_, `code`, ```pre``` and [link](address), none within another.
func parseMarkdown(s string) (Formatted, error) {
	var out strings.Builder
	var entities []Entity
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("_*`[", s[i+1]) >= 0 {
			i++
			out.WriteByte(s[i])
			continue
		}
		kind, ok := map[byte]string{'_': "italic", '*': "bold", '`': "code", '[': "text_link"}[s[i]]
		if !ok {
			out.WriteByte(s[i])
			continue
		}
		begin, closing := i, string(s[i])
		e := Entity{Type: kind, Offset: units(out.String())}
		switch {
		case kind == "text_link":
			closing = "]"
		case strings.HasPrefix(s[i:], "```"):
			closing, e.Type = "```", "pre"
			e.Language, i = preHead(s, i+2)
		}
		n := strings.Index(s[i+1:], closing)
		if n < 0 {
			return Formatted{}, failf("Can't find end of the entity starting at byte offset %d", begin)
		}
		inner := s[i+1 : i+1+n]
		i += n + len(closing)
		out.WriteString(inner)
		e.Length = units(inner)
		if kind == "text_link" {
			target := inner
			if strings.HasPrefix(s[i+1:], "(") {
				target, _, _ = strings.Cut(s[i+2:], ")")
				i += min(2+len(target), len(s)-1-i)
			}
			if e, ok = linkEntity(e, target); !ok {
				continue
			}
		}
		if e.Length > 0 {
			entities = append(entities, e)
		}
	}
	return Formatted{Text: out.String(), Entities: entities}, nil
}

// preHead reads what follows the three backticks that end at i: a language that ends in white space, and one line break. It returns the place before the text.
func preHead(s string, i int) (language string, before int) {
	n := prefix(s[i+1:], func(c byte) bool { return !isSpace(c) && c != '`' })
	if end := i + 1 + n; n > 0 && end < len(s) && s[end] != '`' {
		language, i = s[i+1:end], end-1
	}
	rest := s[i+1:]
	for _, br := range []string{"\r\n", "\n\r", "\n", "\r"} {
		if strings.HasPrefix(rest, br) {
			return language, i + len(br)
		}
	}
	return language, i
}

// reserved characters of MarkdownV2 must be escaped wherever they do not mean something.
const reserved = "_*[]()~`>#+-=|{}.!"

// marks of MarkdownV2, the longer first.
var marks = []struct{ mark, kind, name string }{
	{"```", "pre", "Pre"}, {"__", "underline", "Underline"}, {"||", "spoiler", "Spoiler"}, {"_", "italic", "Italic"}, {"*", "bold", "Bold"},
	{"~", "strikethrough", "Strikethrough"}, {"`", "code", "Code"}, {"[", "text_link", "TextUrl"},
}

// parseMarkdownV2 reads MarkdownV2 (https://core.telegram.org/bots/api#markdownv2-style) without quotes and custom emoji: both are refused.
func parseMarkdownV2(s string) (Formatted, error) {
	type open struct {
		mark          string
		name          string
		entity        Entity
		begin, inside int // byte offsets in s and in the text
	}
	var out strings.Builder
	var stack []open
	var entities []Entity
next:
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) && 0 < s[i+1] && s[i+1] <= 126 {
			out.WriteByte(s[i+1])
			i += 2
			continue
		}
		verbatimNow := len(stack) > 0 && verbatim(stack[len(stack)-1].entity)
		if strings.IndexByte(reserved, s[i]) < 0 || verbatimNow && s[i] != '`' {
			out.WriteByte(s[i])
			i++
			continue
		}
		if len(stack) > 0 {
			top := stack[len(stack)-1]
			closing := top.mark
			if closing == "[" {
				closing = "]"
			}
			if strings.HasPrefix(s[i:], closing) && (closing != "_" || !strings.HasPrefix(s[i:], "__")) {
				stack = stack[:len(stack)-1]
				e := top.entity
				e.Length = units(out.String()) - e.Offset
				i += len(closing)
				keep := true
				if closing == "]" {
					target := out.String()[top.inside:]
					if strings.HasPrefix(s[i:], "(") {
						var err error
						if target, i, err = linkTarget(s, i); err != nil {
							return Formatted{}, err
						}
					}
					e, keep = linkEntity(e, target)
				}
				if keep && e.Length > 0 {
					entities = append(entities, e)
				}
				continue
			}
		}
		for _, m := range marks {
			if !strings.HasPrefix(s[i:], m.mark) {
				continue
			}
			o := open{mark: m.mark, name: m.name, entity: Entity{Type: m.kind, Offset: units(out.String())}, begin: i, inside: out.Len()}
			i += len(m.mark)
			if m.kind == "pre" {
				var before int
				o.entity.Language, before = preHead(s, i-1)
				if o.entity.Language != "" {
					o.name = "PreCode"
				}
				i = before + 1
			}
			stack = append(stack, o)
			continue next
		}
		return Formatted{}, failf("Character '%c' is reserved and must be escaped with the preceding '\\'", s[i])
	}
	if n := len(stack); n > 0 {
		return Formatted{}, failf("Can't find end of %s entity at byte offset %d", stack[n-1].name, stack[n-1].begin)
	}
	sortEntities(entities)
	return Formatted{Text: out.String(), Entities: entities}, nil
}

// linkTarget reads (address) at i.
func linkTarget(s string, i int) (target string, next int, err error) {
	begin := i
	var b strings.Builder
	for i++; i < len(s) && s[i] != ')'; i++ {
		if s[i] == '\\' && i+1 < len(s) && 0 < s[i+1] && s[i+1] <= 126 {
			i++
		}
		b.WriteByte(s[i])
	}
	if i >= len(s) {
		return "", 0, failf("Can't find end of a URL at byte offset %d", begin)
	}
	return b.String(), i + 1, nil
}
