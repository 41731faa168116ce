package command

import (
	"context"
	"strings"

	"vestnik/internal/news"
	"vestnik/internal/timetable"
)

// Words of /digest beside a schedule.
const (
	digestNow     = "now"     // what is held back comes at once
	digestOff     = "off"     // no digest: alerts come at once
	digestDefault = "default" // as for all watchlists
)

// digest shows or sets when alerts come together, for all watchlists or one.
func digest(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		return []Reply{{Doc: append(t.digests(""), t.digestUsage()...)}}, nil
	}
	list, what, unknown := t.readDigest(strings.Fields(t.args))
	switch {
	case unknown != "":
		return []Reply{{Doc: t.unknownLists([]string{unknown})}}, nil
	case what == "" && list != "":
		return []Reply{{Doc: t.digests(list)}}, nil
	case what == "":
		return []Reply{{Doc: t.digestUsage()}}, nil
	case what == digestNow:
		n, err := t.Chats.Hurry(ctx, t.req.Chat, list)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return t.reply("digest.nothing"), nil
		}
		return t.reply("digest.now", "n", n), nil
	}
	err := t.setDigest(ctx, list, what)
	if err != nil {
		return nil, err
	}
	return []Reply{{Doc: t.digests(list)}}, nil
}

// setDigest takes a schedule as it is stored, digestOff or, for one watchlist, digestDefault.
func (t *talk) setDigest(ctx context.Context, list, what string) error {
	if what == digestDefault {
		if list == "" {
			what = digestOff
		} else {
			return t.asAll(ctx, list)
		}
	}
	if what == digestOff {
		what = ""
	}
	return t.want(ctx, list, func(d *news.Delivery) { d.Digest = what })
}

// readDigest reads a watchlist and what is wanted of it, in any order; either may be missing. unknown is a word that should have named a watchlist.
func (t *talk) readDigest(words []string) (list, what, unknown string) {
	if w, ok := t.list(strings.Join(words, " ")); ok {
		return w.ID, "", ""
	}
	if what, ok := digestWord(words); ok {
		return "", what, ""
	}
	for i := 1; i < len(words); i++ {
		for _, part := range [2][2][]string{{words[:i], words[i:]}, {words[i:], words[:i]}} {
			what, ok := digestWord(part[1])
			if !ok {
				continue
			}
			name := strings.Join(part[0], " ")
			if strings.EqualFold(name, all) {
				return "", what, ""
			}
			if w, ok := t.list(name); ok {
				return w.ID, what, ""
			}
			unknown = clip(name, 60)
		}
	}
	return "", "", unknown
}

// digestWord is a schedule as it is stored, or one of the words beside it.
func digestWord(words []string) (string, bool) {
	s := strings.ToLower(strings.Join(words, " "))
	switch s {
	case digestNow, digestOff, digestDefault:
		return s, true
	}
	schedule, err := timetable.ParseSchedule(s)
	return schedule.String(), err == nil && schedule.Kind != timetable.Now
}

// digests says when alerts come: those of a watchlist, or with "" all.
func (t *talk) digests(list string) Doc {
	if list != "" {
		return t.say("digest.of", "name", Span{Text: t.name(list), Bold: true}, "when", t.schedule(t.prefs.Of(list).Digest))
	}
	doc := t.say("digest.all", "when", t.schedule(t.prefs.All.Digest))
	for _, id := range t.ownLists() {
		doc = append(doc, t.say("digest.of", "name", Span{Text: t.name(id), Bold: true}, "when", t.schedule(t.prefs.Lists[id].Digest))...)
	}
	return doc
}

func (t *talk) digestUsage() Doc {
	return t.say("digest.usage", "cron", Span{Text: "/digest 0 9,18 * * mon-fri", Code: true})
}

// schedule says a schedule, and when it comes next.
func (t *talk) schedule(s string) Line {
	schedule, err := timetable.ParseSchedule(s)
	if err != nil || schedule.Kind == timetable.Now { // what cannot be read holds nothing back
		return Line{{Text: t.loc.Text("digest.at-once")}}
	}
	next := t.loc.Time(schedule.Next(t.now, timetable.Zone("", t.Zone)), t.Zone)
	return flat(t.say("digest.at", "schedule", Span{Text: t.inWords(schedule), Code: schedule.Kind == timetable.Cron}, "next", next))
}

// inWords is a schedule as people say it; a cron line stays as it is written.
func (t *talk) inWords(s timetable.Schedule) string {
	switch s.Kind {
	case timetable.Hourly:
		return t.loc.Text("schedule.hourly")
	case timetable.Daily:
		return t.loc.Text("schedule.daily", "clock", s.Clock.String())
	case timetable.Weekly:
		return t.loc.Text("schedule.weekly", "day", t.loc.Weekday(s.Day), "clock", s.Clock.String())
	}
	return s.String()
}

// quiet shows or sets the hours in which nothing comes.
func quiet(ctx context.Context, t *talk) ([]Reply, error) {
	if t.args == "" {
		return []Reply{{Doc: append(t.quietDoc(), t.say("quiet.usage")...)}}, nil
	}
	hours, ok := readQuiet(t.args)
	if !ok {
		return t.reply("quiet.usage"), nil
	}
	if err := t.prefer(ctx, func() { t.prefs.Quiet = hours }); err != nil {
		return nil, err
	}
	return []Reply{{Doc: t.quietDoc()}}, nil
}

// readQuiet reads "23:00-07:00", "23-7" or "off", which is "".
func readQuiet(s string) (hours string, ok bool) {
	if strings.EqualFold(s, digestOff) {
		return "", true
	}
	s = strings.NewReplacer("–", "-", "—", "-", "−", "-").Replace(strings.ReplaceAll(s, " ", ""))
	from, to, _ := strings.Cut(s, "-")
	full := func(clock string) string {
		if clock != "" && strings.Trim(clock, "0123456789") == "" {
			return clock + ":00"
		}
		return clock
	}
	q, err := timetable.ParseQuiet(full(from) + "-" + full(to))
	return q.String(), err == nil && !q.IsZero()
}

func (t *talk) quietDoc() Doc {
	if t.prefs.Quiet == "" {
		return t.say("quiet.none")
	}
	return t.say("quiet.hours", "hours", Span{Text: t.prefs.Quiet, Bold: true}, "zone", t.zoneName())
}
