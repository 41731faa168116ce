package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/timetable"
	"vestnik/internal/trend"
)

// Trends is what charts and surges are made of.
type Trends interface {
	// Series calls each with what was published in between, by watchlist, feed and hour, copies left out.
	Series(ctx context.Context, since, until time.Time, each func(news.Mentions) error) error
	// Told returns what was said of surges and silence of late.
	Told(ctx context.Context) (trend.Told, error)
}

const (
	trendDays  = 30  // days of a chart when nobody says
	trendLeast = 2   // at least
	trendMost  = 366 // and at most
	curvesMost = 6   // watchlists of one chart: more cannot be told apart
)

// trends takes watchlists and how many days, in any order.
func trends(ctx context.Context, t *talk) ([]Reply, error) {
	if t.Trends == nil {
		return t.reply("trend.cannot"), nil
	}
	days, words := trendDays, strings.Fields(t.args)
	for i, word := range words {
		if n, ok := readDays(word); ok {
			days, words = n, slices.Delete(words, i, i+1)
			break
		}
	}
	if days < trendLeast || days > trendMost {
		return t.reply("trend.range", "least", trendLeast, "most", trendMost), nil
	}
	ids, unknown := t.lists(strings.Join(words, " "))
	if len(unknown) > 0 {
		return []Reply{{Doc: t.unknownLists(unknown)}}, nil
	}
	if len(ids) == 0 {
		follows, err := t.followed(ctx)
		if err != nil {
			return nil, err
		}
		for _, w := range t.Watchlists {
			if f := follows[w.ID]; f.own || f.config {
				ids = append(ids, w.ID)
			}
		}
		if len(ids) == 0 {
			ids = t.allLists()
		}
	}
	r, err := t.Trend(ctx, t.loc.Code(), ids, days, t.now, t.trendZone(ctx))
	if err != nil {
		return nil, err
	}
	return []Reply{r}, nil
}

// trendZone is the zone of a chat's days.
func (t *talk) trendZone(ctx context.Context) *time.Location {
	if t.Preferences == nil {
		return t.zone()
	}
	return timetable.Zone(t.Preferences(ctx, t.req.Chat).Timezone, t.zone())
}

// readDays reads "30d" or "4w", with the letters of the interface languages.
func readDays(word string) (int, bool) {
	digits := strings.TrimRightFunc(word, func(r rune) bool { return !unicode.IsDigit(r) })
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > 100000 {
		return 0, false
	}
	switch strings.ToLower(word[len(digits):]) {
	case "d", "д", "к": // day, день and дзень, күн
		return n, true
	case "w", "н", "т", "а": // week, неделя, тыдзень and тиждень, апта
		return 7 * n, true
	}
	return 0, false
}

// Trend is how often watchlists were in the news in the last days, of which now is in the last: a line each, and a picture where the desk makes one.
func (d Desk) Trend(ctx context.Context, language string, lists []string, days int, now time.Time, zone *time.Location) (Reply, error) {
	loc := locale.For(language)
	p, sum, err := d.Picture(ctx, language, lists, days, now, zone)
	if err != nil {
		return Reply{}, err
	}
	r := Reply{Doc: say(loc, "trend.title", "n", days)}
	shown := sum.MostOf(lists, curvesMost)
	for _, id := range shown {
		c := sum.Of(id)
		r.Doc = append(r.Doc, say(loc, "trend.line", "name", Span{Text: d.listName(id), Bold: true}, "n", c.Sum(), "day", decimal(loc, float64(c.Sum())/float64(days)),
			"bars", Spark(perColumn(c.All, sparkColumns)))...)
	}
	if n := len(lists) - len(shown); n > 0 {
		r.Doc = append(r.Doc, say(loc, "trend.more", "n", n)...)
	}
	if d.Draw != nil && len(shown) > 0 {
		png, err := d.Draw(p)
		if err != nil {
			return Reply{}, fmt.Errorf("draw a chart: %w", err)
		}
		name := "trend"
		if len(shown) == 1 {
			name = shown[0]
		}
		r.File = &news.File{Name: fmt.Sprintf("%s-%dd.png", name, days), Type: "image/png", Data: png}
	}
	return r, nil
}

// Week is the trend of the last seven days.
func (d Desk) Week(ctx context.Context, language string, lists []string, now time.Time, zone *time.Location) (Reply, error) {
	r, err := d.Trend(ctx, language, lists, 7, now, zone)
	if err == nil {
		r.Doc = append(say(locale.For(language), "trend.week"), r.Doc[1:]...)
	}
	return r, err
}

// sparkColumns is how wide a row of bars is on a phone.
const sparkColumns = 30

// perColumn adds days up so that there are at most so many columns.
func perColumn(days []int, columns int) []float64 {
	each := (len(days) + columns - 1) / columns
	sums := make([]float64, (len(days)+each-1)/each)
	for i, n := range days {
		sums[i/each] += float64(n)
	}
	return sums
}

// Picture is a chart of watchlists, one by kind of source and several beside one another, and what it was made of.
func (d Desk) Picture(ctx context.Context, language string, lists []string, days int, now time.Time, zone *time.Location) (trend.Picture, *trend.Days, error) {
	loc := locale.For(language)
	sum := trend.NewDays(days, now, zone)
	err := d.Trends.Series(ctx, sum.First, now.Add(time.Hour), func(m news.Mentions) error {
		if slices.Contains(lists, m.Watchlist) {
			sum.Add(m)
		}
		return nil
	})
	if err != nil {
		return trend.Picture{}, nil, err
	}
	told, err := d.Trends.Told(ctx)
	if err != nil {
		return trend.Picture{}, nil, err
	}
	shown := sum.MostOf(lists, curvesMost)
	p := trend.Picture{Unit: loc.Text("trend.unit"), Marked: loc.Text("trend.surge"), Marks: sum.MarksOf(told.Surges, shown)}
	for day := range days {
		p.Days = append(p.Days, loc.Day(sum.Begin(day)))
	}
	if len(shown) == 1 {
		p.Title, p.Stacks = d.listName(shown[0]), true
		of := sum.Of(shown[0])
		for _, kind := range news.SourceTypes {
			if values := of.Types[kind]; values != nil {
				p.Curves = append(p.Curves, trend.Curve{Name: loc.Text("trend.type." + string(kind)), Values: values})
			}
		}
		return p, sum, nil
	}
	p.Title = loc.Text("trend.heading")
	for _, id := range shown {
		p.Curves = append(p.Curves, trend.Curve{Name: d.listName(id), Values: sum.Of(id).All, Marks: sum.MarksOf(told.Surges, []string{id})})
	}
	return p, sum, nil
}

func (d Desk) listName(id string) string {
	for _, w := range d.Watchlists {
		if w.ID == id {
			return clip(cmp.Or(w.Name, w.ID), 60)
		}
	}
	return clip(id, 60)
}

// decimal is a number with one digit behind the point of the language.
func decimal(loc *locale.Language, x float64) string {
	s := strconv.FormatFloat(x, 'f', 1, 64)
	if loc.Code() != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// moment is when something was, as short as a person takes it on the day of now: "14:05", "03 Apr 14:05".
func moment(loc *locale.Language, at, now time.Time, zone *time.Location) string {
	at, now = at.In(zone), now.In(zone)
	s := at.Format("15:04")
	if at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		s = loc.Day(at) + " " + s
	}
	return s
}

// SurgeNotice says that a watchlist is in the news more than usual. leads are the items to begin with.
func (d Desk) SurgeNotice(language string, s trend.Surge, leads []news.Found, zone *time.Location) Reply {
	loc := locale.For(language)
	key := "notice.surge"
	if len(leads) > 0 {
		key = "notice.surge-leads"
	}
	r := Reply{Key: fmt.Sprintf("surge %s %d", s.Watchlist, s.At.UnixMilli())}
	r.Doc = say(loc, key, "name", Span{Text: d.listName(s.Watchlist), Bold: true}, "n", s.Stories, "outlets", s.Outlets, "hours", int(s.Window.Hours()),
		"usual", decimal(loc, s.Usual), "at", moment(loc, s.Began, s.At, zone))
	for _, f := range leads {
		r.Doc = append(r.Doc, Line{{Text: "• "}, {Text: cmp.Or(clip(f.Item.Title, 200), loc.Text("item.untitled")), Link: f.Item.Link}, {Text: " · " + cmp.Or(clip(f.Feed.Outlet, 60), clip(f.Feed.ID, 60))}})
	}
	return r
}

// SilenceNotice says that nothing of a watchlist came where there always was something.
func (d Desk) SilenceNotice(language string, s trend.Silence, zone *time.Location) Reply {
	loc := locale.For(language)
	key := "notice.silence"
	if s.Last.IsZero() {
		key = "notice.silence-long"
	}
	return Reply{Key: fmt.Sprintf("silence %s %d", s.Watchlist, s.At.UnixMilli()),
		Doc: say(loc, key, "name", Span{Text: d.listName(s.Watchlist), Bold: true}, "hours", int(s.Window.Hours()), "usual", decimal(loc, s.Usual), "at", moment(loc, s.Last, s.At, zone))}
}
