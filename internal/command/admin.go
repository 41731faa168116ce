package command

import (
	"context"
	"slices"
	"strings"
)

// faultsShown is how many lines of what is wrong with the configuration a message shows.
const faultsShown = 15

func reload(ctx context.Context, t *talk) ([]Reply, error) {
	if t.Reload == nil {
		return t.reply("reload.cannot"), nil
	}
	if err := t.Reload(ctx); err != nil {
		return []Reply{{Doc: append(t.say("config.refused"), t.faults(err)...)}}, nil
	}
	return t.reply("reload.done"), nil
}

func (t *talk) faults(err error) Doc { return faults(t.loc.Text, err) }

// faults is what is wrong, a fault a line.
func faults(text func(string, ...any) string, err error) Doc {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	var doc Doc
	for _, l := range lines[:min(len(lines), faultsShown)] {
		doc = append(doc, Line{{Text: clip(l, 200), Code: true}})
	}
	if n := len(lines) - faultsShown; n > 0 {
		doc = append(doc, Line{{Text: text("and-more", "n", n)}})
	}
	return doc
}

// testsShown is how many destinations a report names, those with a problem first.
const testsShown = 30

func test(ctx context.Context, t *talk) ([]Reply, error) {
	if t.Test == nil {
		return t.reply("test.cannot"), nil
	}
	results, err := t.Test(ctx)
	if err != nil {
		return nil, err
	}
	var bad, good Doc
	for _, r := range results {
		chat := Span{Text: clip(r.Chat, 80), Code: true}
		if r.Problem != "" {
			bad = append(bad, Line{{Text: "🔴 "}, chat, {Text: ": " + clip(r.Problem, 200)}})
		} else {
			good = append(good, Line{{Text: "🟢 "}, chat})
		}
	}
	lines := slices.Concat(bad, good)
	doc := append(t.say("test.title", "n", len(results), "failed", len(bad)), lines[:min(len(lines), testsShown)]...)
	if n := len(lines) - testsShown; n > 0 {
		doc = append(doc, Line{{Text: t.loc.Text("and-more", "n", n)}})
	}
	return []Reply{{Doc: doc}}, nil
}
