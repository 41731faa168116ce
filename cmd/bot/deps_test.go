package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed says which of our own packages each package may import. A new package needs a row; see the rooms in README.md.
var allowed = map[string][]string{
	"internal/news":                  {},
	"internal/locale":                {},
	"internal/text":                  {"internal/news"},
	"internal/timetable":             {"internal/news"},
	"internal/config":                {"internal/news", "internal/timetable", "internal/locale"},
	"internal/feeds":                 {"internal/news", "internal/text"},
	"internal/match":                 {"internal/news", "internal/text", "internal/query"},
	"internal/profile":               {"internal/news", "internal/text"},
	"internal/query":                 {"internal/news", "internal/text"},
	"internal/opml":                  {"internal/news"},
	"internal/backtest":              {"internal/news"},
	"internal/store":                 {"internal/news"},
	"internal/story":                 {"internal/news", "internal/text"},
	"internal/pulse":                 {"internal/news"},
	"internal/trend":                 {"internal/news"},
	"internal/chart":                 {"internal/trend"},
	"internal/poll":                  {"internal/news", "internal/pulse"},
	"internal/deliver":               {"internal/news"},
	"internal/feedback":              {"internal/news", "internal/text"},
	"internal/command":               {"internal/news", "internal/locale", "internal/feedback", "internal/pulse", "internal/trend", "internal/timetable"},
	"internal/excerpt":               {"internal/news"},
	"internal/console":               {"internal/news", "internal/deliver", "internal/command", "internal/locale", "internal/excerpt", "internal/backtest", "internal/pulse"},
	"internal/telegram":              {"internal/news", "internal/deliver", "internal/command", "internal/locale", "internal/excerpt"},
	"internal/telegram/telegramtest": {},
	"seeds":                          {},
	"cmd/bot":                        {"*"},
	"bench":                          {"internal/news", "internal/store"},
}

// external says which packages may import a module that brings its own view of the world: one room each, so that it can be replaced.
var external = map[string][]string{
	"github.com/mmcdole/gofeed":      {"internal/feeds", "bench"},
	"codeberg.org/readeck":           {"internal/feeds"},
	"github.com/robfig/cron":         {"internal/poll", "internal/config", "internal/timetable"},
	"modernc.org/sqlite":             {"internal/store"},
	"github.com/pressly/goose":       {"internal/store"},
	"github.com/goccy/go-yaml":       {"internal/config"},
	"github.com/fsnotify/fsnotify":   {"internal/config"},
	"github.com/spf13/cobra":         {"cmd/bot"},
	"github.com/blevesearch":         {"internal/text"},
	"github.com/schollz/progressbar": {"cmd/bot", "internal/console"},
	"gonum.org/v1/plot":              {"internal/chart"},
	"github.com/go-telegram-bot-api": {"internal/telegram"},
	"net/http":                       {"internal/feeds", "internal/telegram", "internal/telegram/telegramtest", "cmd/bot", "bench"},
	"database/sql":                   {"internal/store"},
}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}|{{join .Imports ","}}`, "vestnik/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		path, imports, _ := strings.Cut(strings.TrimSpace(line), "|")
		pkg := strings.TrimPrefix(path, "vestnik/")
		seen[pkg] = true
		may, ok := allowed[pkg]
		if !ok {
			t.Errorf("package %s has no row in the import table", pkg)
		}
		for imp := range strings.SplitSeq(imports, ",") {
			if own, is := strings.CutPrefix(imp, "vestnik/"); is {
				if !slices.Contains(may, own) && !slices.Contains(may, "*") {
					t.Errorf("%s imports %s: the import table does not allow it", pkg, own)
				}
				continue
			}
			for module, by := range external {
				if (imp == module || strings.HasPrefix(imp, module+"/")) && !slices.Contains(by, pkg) {
					t.Errorf("%s imports %s, which only %v may", pkg, imp, by)
				}
			}
		}
	}
	for pkg := range allowed {
		if !seen[pkg] {
			t.Errorf("the import table has a row for %s, which is not there", pkg)
		}
	}
}
