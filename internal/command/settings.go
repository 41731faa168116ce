package command

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"vestnik/internal/locale"
	"vestnik/internal/news"
	"vestnik/internal/timetable"
)

// Menus of the panel. They stand in data that outlives the program: a number is not given another meaning.
const (
	menuMain = iota
	menuDigest
	menuQuiet
	menuSound
	menuScore
	menuLanguages
	menuSources
	menuInterface
	menuOwn // takes the watchlist's own settings away
)

// What a menu offers.
var (
	digestOffers = []string{digestOff, "hourly", "daily 09:00", "daily 18:00", "weekly mon 09:00"}
	quietOffers  = []string{digestOff, "22:00-07:00", "23:00-07:00", "00:00-08:00"}
	scoreOffers  = []string{"0", "1.5", "2", "3", "5"}
)

// Choices of a menu beside what it offers.
const (
	choiceOn  = "on"
	choiceOff = "off"
	choiceAny = "*" // no filter
)

// settings shows the panel, of all watchlists or of one.
func settings(_ context.Context, t *talk) ([]Reply, error) {
	list := ""
	if t.args != "" {
		w, ok := t.list(t.args)
		if !ok {
			return []Reply{{Doc: t.unknownLists([]string{clip(t.args, 60)})}}, nil
		}
		list = w.ID
	}
	return []Reply{panel{t, list}.main()}, nil
}

// settingPressed opens a menu, or does what was chosen in one.
func settingPressed(ctx context.Context, t *talk, p press) ([]Reply, error) {
	s := panel{t: t}
	if p.numbers[0] != 0 {
		if s.list = t.listByNumber(p.numbers[0]); s.list == "" {
			return t.toast("watchlists.gone"), nil
		}
	}
	menu, choice := p.numbers[1], p.words
	if choice != "" {
		ok, err := s.choose(ctx, menu, choice)
		if err != nil {
			return nil, err
		}
		if !ok {
			return t.toast("button.stale"), nil
		}
	}
	r := s.main()
	switch {
	case menu == menuDigest && choice == "":
		r = s.offer(menu, t.digestUsage(), digestOffers, func(o string) bool { return o == orOff(t.wanted(s.list).Digest) }, t.digestName)
	case menu == menuQuiet && choice == "":
		r = s.offer(menu, t.say("quiet.usage"), quietOffers, func(o string) bool { return o == orOff(t.prefs.Quiet) }, t.quietName)
	case menu == menuScore && choice == "":
		r = s.offer(menu, t.say("settings.about-score"), scoreOffers, func(o string) bool { return o == number(t.wanted(s.list).MinScore) }, t.scoreName)
	case menu == menuInterface && choice == "":
		r = s.offer(menu, t.say("lang.which"), append([]string{langAuto}, locale.Languages()...), s.speaks, t.interfaceName)
	case menu == menuLanguages:
		r = s.filter(menu, t.say("settings.about-languages"), news.Languages, t.wanted(s.list).Languages, func(o string) string { return t.loc.Text("lang." + o) })
	case menu == menuSources:
		r = s.filter(menu, t.say("settings.about-sources"), stringsOf(news.SourceTypes), stringsOf(t.wanted(s.list).Sources), func(o string) string { return t.loc.Text("type." + o) })
	case menu < 0 || menu > menuOwn:
		return t.toast("button.stale"), nil
	}
	r.Edit = true
	if choice != "" {
		r.Toast = t.loc.Text("settings.saved")
	}
	return []Reply{r}, nil
}

// A panel is the settings of all watchlists, or of one.
type panel struct {
	t    *talk
	list string // "": all
}

func (s panel) press(menu int64, choice string) press {
	var n int64
	if s.list != "" {
		n = listNumber(s.list)
	}
	return press{verbSettings, []int64{n, menu}, choice}
}

// main says how things are, with a button for each to change it.
func (s panel) main() Reply {
	t, d := s.t, s.t.wanted(s.list)
	_, own := t.prefs.Lists[s.list]
	var r Reply
	if s.list == "" {
		r.Doc = t.say("settings.title", "zone", Span{Text: t.zoneName(), Bold: true})
		for _, id := range t.ownLists() {
			r.Doc = append(r.Doc, t.say("settings.own", "name", Span{Text: t.name(id), Bold: true}, "command", Span{Text: "/settings " + clip(id, 60), Code: true})...)
		}
	} else {
		r.Doc = t.say("settings.title-of", "name", Span{Text: t.name(s.list), Bold: true})
		if !own {
			r.Doc = append(r.Doc, t.say("settings.as-all")...)
		}
	}
	add := func(menu int64, choice, key, value string) {
		r.Buttons = append(r.Buttons, button(t.loc.Text(key, "value", value), s.press(menu, choice)))
	}
	add(menuDigest, "", "settings.digest", t.digestName(orOff(d.Digest)))
	if s.list == "" {
		add(menuQuiet, "", "settings.quiet", t.quietName(orOff(t.prefs.Quiet)))
	}
	if d.Silent {
		add(menuSound, choiceOn, "settings.sound", t.loc.Text("settings.off"))
	} else {
		add(menuSound, choiceOff, "settings.sound", t.loc.Text("settings.on"))
	}
	add(menuScore, "", "settings.score", t.scoreName(number(d.MinScore)))
	add(menuLanguages, "", "settings.languages", t.those(d.Languages, "lang."))
	add(menuSources, "", "settings.sources", t.those(stringsOf(d.Sources), "type."))
	if s.list == "" {
		add(menuInterface, "", "settings.interface", ownName(t.loc.Code()))
	} else if own {
		r.Buttons = append(r.Buttons, button(t.loc.Text("settings.drop"), s.press(menuOwn, choiceOff)))
	}
	return r
}

// offer is a menu of which one is chosen.
func (s panel) offer(menu int64, about Doc, offers []string, is func(string) bool, name func(string) string) Reply {
	r := Reply{Doc: about}
	for _, o := range offers {
		r.Buttons = append(r.Buttons, button(s.t.ticked(is(o), name(o)), s.press(menu, o)))
	}
	return s.back(r)
}

// filter is a menu of which several are chosen, or none, which is all.
func (s panel) filter(menu int64, about Doc, offers, chosen []string, name func(string) string) Reply {
	r := Reply{Doc: about}
	r.Buttons = append(r.Buttons, button(s.t.ticked(len(chosen) == 0, s.t.loc.Text("settings.any")), s.press(menu, choiceAny)))
	var row []Button
	for _, o := range offers {
		is := slices.Contains(chosen, o)
		sign := "+"
		if is {
			sign = "-"
		}
		if row = append(row, button(s.t.ticked(is, name(o)), s.press(menu, o+sign))...); len(row) == 2 {
			r.Buttons, row = append(r.Buttons, row), nil
		}
	}
	if len(row) > 0 {
		r.Buttons = append(r.Buttons, row)
	}
	return s.back(r)
}

func (s panel) back(r Reply) Reply {
	r.Buttons = append(r.Buttons, button("‹ "+s.t.loc.Text("button.back"), s.press(menuMain, "")))
	return r
}

// choose stores a choice; ok is false for one that no menu has.
func (s panel) choose(ctx context.Context, menu int64, choice string) (ok bool, err error) {
	t := s.t
	switch menu {
	case menuDigest:
		what, ok := digestWord(strings.Fields(choice))
		if !ok || what == digestNow {
			return false, nil
		}
		return true, t.setDigest(ctx, s.list, what)
	case menuQuiet:
		hours, ok := readQuiet(choice)
		if !ok || s.list != "" {
			return false, nil
		}
		return true, t.prefer(ctx, func() { t.prefs.Quiet = hours })
	case menuSound:
		if choice != choiceOn && choice != choiceOff {
			return false, nil
		}
		return true, t.want(ctx, s.list, func(d *news.Delivery) { d.Silent = choice == choiceOff })
	case menuScore:
		score, err := strconv.ParseFloat(choice, 64)
		if err != nil || !slices.Contains(scoreOffers, choice) {
			return false, nil //nolint:nilerr // the data of a button can be made up
		}
		return true, t.want(ctx, s.list, func(d *news.Delivery) { d.MinScore = score })
	case menuLanguages:
		chosen, ok := toggled(t.wanted(s.list).Languages, choice, news.Languages)
		if !ok {
			return false, nil
		}
		return true, t.want(ctx, s.list, func(d *news.Delivery) { d.Languages = chosen })
	case menuSources:
		chosen, ok := toggled(t.wanted(s.list).Sources, choice, news.SourceTypes)
		if !ok {
			return false, nil
		}
		return true, t.want(ctx, s.list, func(d *news.Delivery) { d.Sources = chosen })
	case menuInterface:
		code, ok := findLanguage(choice)
		if !ok || s.list != "" {
			return false, nil
		}
		return true, t.choose(ctx, code)
	case menuOwn:
		if s.list == "" {
			return false, nil
		}
		return true, t.asAll(ctx, s.list)
	}
	return false, nil
}

// toggled is a filter with a choice put in ("ru+") or taken out ("ru-"), in the order of all; with choiceAny it is no filter.
func toggled[T ~string](chosen []T, choice string, all []T) ([]T, bool) {
	if choice == choiceAny {
		return nil, true
	}
	name, in := strings.CutSuffix(choice, "+")
	if !in {
		var out bool
		if name, out = strings.CutSuffix(choice, "-"); !out {
			return nil, false
		}
	}
	if !slices.Contains(all, T(name)) {
		return nil, false
	}
	var now []T
	for _, x := range all {
		if x == T(name) && in || x != T(name) && slices.Contains(chosen, x) {
			now = append(now, x)
		}
	}
	if len(now) == len(all) {
		now = nil
	}
	return now, true
}

// speaks reports whether the chat's language was chosen so.
func (s panel) speaks(code string) bool {
	if code == langAuto {
		return !s.t.chat.Chosen
	}
	return s.t.chat.Chosen && s.t.chat.Language == code
}

func (t *talk) digestName(o string) string {
	if o == digestOff {
		return t.loc.Text("digest.at-once")
	}
	schedule, err := timetable.ParseSchedule(o)
	if err != nil || schedule.Kind == timetable.Now {
		return t.loc.Text("digest.at-once")
	}
	return t.inWords(schedule)
}

func (t *talk) quietName(o string) string {
	if o == digestOff {
		return t.loc.Text("settings.none")
	}
	return o
}

func (t *talk) scoreName(o string) string {
	if o == "0" {
		return t.loc.Text("settings.any-score")
	}
	return "≥ " + o
}

func (t *talk) interfaceName(o string) string {
	if o == langAuto {
		return t.loc.Text("lang.auto")
	}
	return ownName(o)
}

// those names what a filter lets through.
func (t *talk) those(chosen []string, family string) string {
	if len(chosen) == 0 {
		return t.loc.Text("settings.any")
	}
	var names []string
	for _, c := range chosen {
		if t.loc.Has(family + c) {
			c = t.loc.Text(family + c)
		}
		names = append(names, clip(c, 30))
	}
	return strings.Join(names, ", ")
}

func orOff(s string) string {
	if s == "" {
		return digestOff
	}
	return s
}

func stringsOf[T ~string](list []T) []string {
	var out []string
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}
