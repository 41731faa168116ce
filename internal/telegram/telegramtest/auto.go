package telegramtest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Automatic finds what Telegram turns into something to tap although nobody asked: mentions, bot commands, hashtags, cashtags, addresses and e-mails in
// plain text. Entities do not overlap; of two that do, the one that begins first stays.
func Automatic(text string) []Entity {
	var found []span
	app := 0 // the end of the last app link
	for i, r := range text {
		switch r {
		case '@':
			found = append(found, mention(text, i)...)
		case '/':
			found = append(found, command(text, i)...)
		case '#':
			found = append(found, hashtag(text, i)...)
		case '$':
			found = append(found, cashtag(text, i)...)
		case ':':
			if links := appLink(text, i); i >= app && len(links) > 0 {
				found = append(found, links...)
				app = links[0].end
			}
		}
	}
	found = append(found, addresses(text)...)
	slices.SortStableFunc(found, func(a, b span) int {
		if a.begin != b.begin {
			return a.begin - b.begin
		}
		return b.end - a.end
	})
	var entities []Entity
	bytes, offset := 0, 0
	for _, s := range found {
		if s.begin < bytes {
			continue
		}
		offset += units(text[bytes:s.begin])
		length := units(text[s.begin:s.end])
		entities = append(entities, Entity{Type: s.kind, Offset: offset, Length: length})
		bytes, offset = s.end, offset+length
	}
	return entities
}

// A span is text[begin:end], in bytes.
type span struct {
	kind       string
	begin, end int
}

// isWord says which characters glue to a mention, a command or an address: nothing automatic begins or ends beside one.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// isTag says what a hashtag is made of: words with the joiners and vowel signs that some scripts need.
func isTag(r rune) bool {
	return r == '_' || r == 0x200C || r == 0xB7 || 0xD80 <= r && r <= 0xDFF || unicode.IsLetter(r) || unicode.Is(unicode.Nd, r)
}

func isName(c byte) bool { return isAlnum(c) || c == '_' }

// before and after give the characters beside a place, 0 at the ends.
func before(text string, i int) rune {
	if i == 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return r
}

func after(text string, i int) rune {
	if i == len(text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return r
}

// mention reads @name: 4 to 32 letters, digits and underscores, or one of the three short names of inline bots.
func mention(text string, i int) []span {
	end := i + 1 + prefix(text[i+1:], isName)
	name := text[i+1 : end]
	if isWord(before(text, i)) || isWord(after(text, end)) || len(name) > 32 || len(name) < 4 && !slices.Contains([]string{"gif", "vid", "pic"}, lower(name)) {
		return nil
	}
	return []span{{"mention", i, end}}
}

// command reads /name or /name@bot.
func command(text string, i int) []span {
	glued := func(r rune) bool { return isWord(r) || r == '/' || r == '<' || r == '>' }
	end := i + 1 + prefix(text[i+1:], isName)
	if n := end - i - 1; glued(before(text, i)) || n < 1 || n > 64 {
		return nil
	}
	if after(text, end) == '@' {
		n := prefix(text[end+1:], isName)
		if n < 3 || n > 32 {
			return nil
		}
		end += 1 + n
	}
	if glued(after(text, end)) {
		return nil
	}
	return []span{{"bot_command", i, end}}
}

// hashtag reads #word: up to 256 characters with a letter among them.
func hashtag(text string, i int) []span {
	if isTag(before(text, i)) {
		return nil
	}
	end, n, cut, letter := i+1, 0, 0, false
	for end < len(text) {
		r, width := utf8.DecodeRuneInString(text[end:])
		if !isTag(r) {
			break
		}
		end += width
		if n++; n == 256 {
			cut = end
		}
		letter = letter || n <= 256 && unicode.IsLetter(r)
	}
	if n := channel(text, end); n > 0 {
		end += 1 + min(n, 32)
	}
	if !letter || after(text, end) == '#' {
		return nil
	}
	if cut > 0 {
		end = cut
	}
	return []span{{"hashtag", i, end}}
}

// cashtag reads $ABC: one to eight capitals.
func cashtag(text string, i int) []span {
	glued := func(r rune) bool { return isTag(r) || r == '$' }
	n := prefix(text[i+1:], func(c byte) bool { return 'A' <= c && c <= 'Z' })
	if strings.HasPrefix(text[i+1:], "1INCH") {
		n = len("1INCH")
	}
	end := i + 1 + n
	if n := channel(text, end); 0 < n && n <= 32 {
		end += 1 + n
	}
	if glued(before(text, i)) || n < 1 || n > 8 || glued(after(text, end)) {
		return nil
	}
	return []span{{"cashtag", i, end}}
}

// channel is the length of the name in the @name behind a hashtag or cashtag, which narrows it to one chat; 0 when there is none.
func channel(text string, i int) int {
	if after(text, i) != '@' {
		return 0
	}
	n := prefix(text[i+1:], isName)
	if n < 3 {
		return 0
	}
	return n
}

// appLink reads tg://… and ton://… around the colon at i.
func appLink(text string, i int) []span {
	if !strings.HasPrefix(text[i:], "://") {
		return nil
	}
	for _, scheme := range []string{"tg", "ton"} {
		begin := i - len(scheme)
		if begin < 0 || lower(text[begin:i]) != scheme {
			continue
		}
		n := prefix(text[i+3:], func(c byte) bool { return isName(c) || c == '-' })
		if n == 0 {
			return nil
		}
		return []span{{"url", begin, path(text, i+3+min(n, 253))}}
	}
	return nil
}

// path returns where the path, query or fragment that may begin at i ends; i when there is none.
func path(text string, i int) int {
	if i == len(text) || strings.IndexByte("/?#", text[i]) < 0 {
		return i
	}
	end := i + 1
	for end < len(text) {
		r, width := utf8.DecodeRuneInString(text[end:])
		if strings.ContainsRune("\n<>\"«»", r) || !isAddress(r) {
			break
		}
		end += width
	}
	for end > i+1 && isStop(text[end-1]) {
		end--
	}
	if text[i] != '/' && end == i+1 {
		return i
	}
	return end
}

// isStop says which marks at the end of an address belong to the sentence around it.
func isStop(c byte) bool { return strings.IndexByte(".:;,('?!`", c) >= 0 }

// isAddress says which characters an address may hold: all but separators (a tab is none), and of general punctuation only joiners and dashes.
func isAddress(r rune) bool {
	if 0x2000 <= r && r <= 0x206F {
		return r == 0x200C || r == 0x200D || 0x2010 <= r && r <= 0x2015
	}
	return !unicode.In(r, unicode.Z)
}

// knownTLD reports whether a name without a scheme may end so. ICANN's part of the public suffix list says which top-level domains exist; one with a
// capital at its beginning only is a sentence whose space was forgotten.
func knownTLD(tld string) bool {
	small := strings.ToLower(tld)
	if _, first := utf8.DecodeRuneInString(tld); small != tld && strings.HasSuffix(small, tld[first:]) {
		return false
	}
	ascii, err := idna.ToASCII(small)
	if err != nil {
		return false
	}
	_, icann := publicsuffix.PublicSuffix("example." + ascii)
	return icann || small == "ton" // Telegram's own sites
}
