package command

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/pulse"
)

// families are the keys that are put together while the program runs.
func families() map[string][]string {
	all := map[string][]string{
		"type.":       nil,
		"lang.":       news.Languages,
		"help.":       {"intro"},
		"args.":       nil,
		"rule.":       {"name", "keyword", "exclude", "query"},
		"as.":         {"bg", "cs", "tr", "kk-latn", "be-latn"},
		"gone.":       {"blocked", "kicked", "not-found", "no-rights"},
		"alert.span-": {"hours", "days"},
		"access.is-":  {string(AccessOpen), string(AccessList)},
	}
	all["as."] = append(all["as."], news.Languages...)
	for _, x := range news.SourceTypes {
		all["type."] = append(all["type."], string(x))
		all["trend.type."] = append(all["trend.type."], string(x))
	}
	for _, r := range table() {
		all["help."] = append(all["help."], r.name)
		if locale.For("en").Has("args." + r.name) {
			all["args."] = append(all["args."], r.name)
		}
	}
	for _, x := range []news.ErrorClass{news.ErrTimeout, news.ErrDNS, news.ErrTLS, news.ErrConnect, news.ErrStatus, news.ErrBlocked, news.ErrNotFeed,
		news.ErrTooLarge, news.ErrParse, news.ErrPrivate, news.ErrAddress} {
		all["class."] = append(all["class."], hyphens(string(x)))
	}
	for _, x := range pulse.States {
		all["pulse."] = append(all["pulse."], hyphens(string(x)))
	}
	for _, x := range pulse.Remedies {
		all["remedy."] = append(all["remedy."], string(x))
	}
	all["feed.plain-"] = []string{"gap", "waiting", "empty"}
	for _, x := range []string{news.SkipBacklog, news.SkipTooOld, news.SkipDrift, news.SkipMuted, news.SkipMutedStory, news.SkipMutedFeed, news.SkipScore, news.SkipLanguage, news.SkipSource, news.SkipChatGone, news.SkipUnsubscribed, news.SkipDuplicate} {
		all["skip."] = append(all["skip."], hyphens(x))
	}
	return all
}

// TestKeys holds the keys in the sources of every package against the catalogue: none is missing, none is left over, and every call fills the placeholders in.
func TestKeys(t *testing.T) {
	en := locale.For("en")
	used := map[string]bool{}
	for family, members := range families() {
		for _, m := range members {
			if !en.Has(family + m) {
				t.Errorf("the catalogue has no %q", family+m)
			}
			used[family+m] = true
		}
	}
	raw, err := os.ReadFile("../locale/catalogues/en.txt")
	must(t, err)
	texts := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z-]+(?:\.[a-z-]+)*): (.*(?:\n  .*)*)`).FindAllStringSubmatch(string(raw), -1) {
		texts[m[1]] = m[2]
	}
	placeholder := regexp.MustCompile(`\{([a-z]+)`)
	key := regexp.MustCompile(`^[a-z-]+(?:\.[a-z-]+)+$|^sorry$|^and-more$`)
	files, err := filepath.Glob("../*/*.go")
	must(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		must(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := literal(n); ok && en.Has(s) {
				used[s] = true
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || !slices.Contains([]string{"say", "reply", "toast", "Text"}, called(call)) {
				return true
			}
			i := slices.IndexFunc(call.Args, func(e ast.Expr) bool { s, ok := literal(e); return ok && key.MatchString(s) })
			if i < 0 || call.Ellipsis.IsValid() {
				return true
			}
			k, _ := literal(call.Args[i])
			if !en.Has(k) {
				t.Errorf("%s: the catalogue has no %q", file, k)
			}
			var given, want []string
			for j := i + 1; j < len(call.Args); j += 2 {
				s, _ := literal(call.Args[j])
				given = append(given, s)
			}
			for _, m := range placeholder.FindAllStringSubmatch(texts[k], -1) {
				want = append(want, m[1])
			}
			slices.Sort(given)
			slices.Sort(want)
			if want = slices.Compact(want); !slices.Equal(given, want) {
				t.Errorf("%s: %q is given %v, wants %v", file, k, given, want)
			}
			return true
		})
	}
	for k := range texts {
		if !used[k] {
			t.Errorf("nobody says %q", k)
		}
	}
	if len(texts) < 100 {
		t.Errorf("only %d texts were read", len(texts))
	}
}

// TestToasts: what pops up for a moment over a chat is cut off by Telegram at 200 characters, and a name stands in most of it.
func TestToasts(t *testing.T) {
	keys := map[string]bool{"sorry": true}
	files, err := filepath.Glob("*.go")
	must(t, err)
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		must(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && called(call) == "toast" && len(call.Args) > 0 {
				if s, ok := literal(call.Args[0]); ok {
					keys[s] = true
				}
			}
			return true
		})
	}
	if len(keys) < 3 {
		t.Errorf("only %v are toasts", keys)
	}
	for _, l := range locale.All() {
		for key := range keys {
			if n := len([]rune(l.Text(key))); n > 180 {
				t.Errorf("%s: %q has %d characters", l.Code(), key, n)
			}
		}
	}
}

func literal(n ast.Node) (string, bool) {
	if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
		s, err := strconv.Unquote(l.Value)
		return s, err == nil
	}
	return "", false
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// TestNoTextOutsideTheCatalogue finds words between quotes. Errors, and the keys of notices, are for logs and the store; ask.go serves the command line.
func TestNoTextOutsideTheCatalogue(t *testing.T) {
	prose := regexp.MustCompile(`\p{L}{2,}[,.;:]? +\p{L}|^\p{Lu}\p{L}+$|\p{Cyrillic}{2,}`)
	files, err := filepath.Glob("*.go")
	must(t, err)
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "ask.go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		must(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && slices.Contains([]string{"Errorf", "New", "feedKey"}, called(call)) {
				return false
			}
			if s, ok := literal(n); ok {
				seen++
				if prose.MatchString(s) && !slices.Contains([]string{"a button", closedNoRights, "weekly mon 09:00", "/digest 0 9,18 * * mon-fri"}, s) { // part of an error; the store's word; a schedule's own
					t.Errorf("%s: %q belongs in the catalogue", file, s)
				}
			}
			return true
		})
	}
	if seen < 100 {
		t.Errorf("only %d strings were looked at", seen)
	}
}

func TestMenuAndTable(t *testing.T) {
	count := func(who Audience) int { return len(Menu("ru-RU", who)) }
	if a, c, b := count(Anyone), count(ChatAdmin), count(BotAdmin); a != 12 || c != 23 || b != 27 {
		t.Errorf("%d commands for anyone, %d for admins of chats, %d for admins of the bot", a, c, b)
	}
	name := regexp.MustCompile(`^[a-z]{1,32}$`) // what the Bot API takes
	for _, language := range locale.Languages() {
		for _, item := range Menu(language, BotAdmin) {
			if n := len([]rune(item.Help)); !name.MatchString(item.Name) || n < 1 || n > 256 {
				t.Errorf("menu item %+v", item)
			}
		}
		if got := strings.Count(Table(language), "\n"); got != len(table())+2 {
			t.Errorf("a table of %d lines", got)
		}
	}
	if want := "| `/unsubscribe [id … \\| all]` | stop following watchlists | in a group, its admins |\n"; !strings.Contains(Table("en"), want) {
		t.Errorf("no %q in\n%s", want, Table("en"))
	}
}

func TestRule(t *testing.T) {
	for _, tt := range []struct{ rule, en, ru string }{
		{"name ru -ым", "name, Russian, ending -ым", "имя, русский, окончание -ым"},
		{"name ru -ом -ым", "name, Russian, endings -ом -ым", "имя, русский, окончания -ом -ым"},
		{"name ru →uk", "name, Russian, spelled as in Ukrainian", "имя, русский, написано, как пишут по-украински"},
		{"name ru →uk →uk", "name, Russian, spelled as in Ukrainian", "имя, русский, написано, как пишут по-украински"},
		{"name kk →kk-latn -ға", "name, Kazakh, ending -ға, spelled as in Kazakh in Latin letters", "имя, казахский, окончание -ға, написано, как пишут по-казахски латиницей"},
		{"name en pl -em", "name, English, ending -em as in Polish", "имя, английский, окончание -em, как по-польски"},
		{"name en pl -em cs -a pl -owi", "name, English, endings -em -owi as in Polish, ending -a as in Czech", "имя, английский, окончания -em -owi, как по-польски, окончание -a, как по-чешски"},
		{"name ru -", "name, Russian, without its ending", "имя, русский, без окончания"},
		{"name en pl -", "name, English, without its ending", "имя, английский, без окончания"},
		{"query any", "word of the query", "слово запроса"},
		{"query any stem санкц", "word of the query, stem санкц…", "слово запроса, основа санкц…"},
		{"query any prefix интегр", "word of the query, beginning интегр…", "слово запроса, начало интегр…"},
		{"exclude any stem state", "excluded phrase, stem state…", "исключённая фраза, основа state…"},
		{"name ru → →", "name, Russian, spelled as in other languages", "имя, русский, написано, как пишут на других языках"},
		{"name ru →xx", "name ru →xx", "name ru →xx"},
		{"name ru xx -ем", "name ru xx -ем", "name ru xx -ем"},
		{"name ru pl", "name ru pl", "name ru pl"},
		{"name any", "name", "имя"},
		{"keyword en stem protest", "keyword, English, stem protest…", "ключевое слово, английский, основа protest…"},
		{"name xx", "name", "имя"},
		{"name", "name", "name"},
		{"", "", ""},
		{"name ru stem", "name ru stem", "name ru stem"},
		{"magic ru -ым", "magic ru -ым", "magic ru -ым"},
		{"name ru by\u202e luck", "name ru by luck", "name ru by luck"},
	} {
		if en, ru := Rule("en", tt.rule), Rule("ru", tt.rule); en != tt.en || ru != tt.ru {
			t.Errorf("%q: %q, %q", tt.rule, en, ru)
		}
	}
}

func TestReason(t *testing.T) {
	for _, tt := range []struct{ surface, term, rule, want string }{
		{"Токаєв", "Токаєв", "name uk →bg", "name, Ukrainian"},
		{"Токаєва", "Токаєв", "name uk -а", "name, Ukrainian, ending -а"},
		{"ТОҚАЕВ", "Тоқаев", "name kk", "name, Kazakh"},
		{"protest", "protest", "keyword en stem protest", "keyword, English, stem protest…"},
		{"توكاييف", "توكاييف", "name any", "name"},
		{"🚀", "🚀", "", ""},
	} {
		if got := Reason("en", news.Hit{Surface: tt.surface, Term: tt.term, Rule: tt.rule}); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}
