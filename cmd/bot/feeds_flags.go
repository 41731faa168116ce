package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/news"
)

// feedFlags give what a new feed's entry says.
type feedFlags struct {
	id, outlet, country, language, kind, timezone, userAgent string

	every                  time.Duration
	fullText, allowPrivate bool
}

// A feedFlag is a flag whose value is a text of the entry.
type feedFlag struct {
	name string
	flag *string
	to   *string
}

// texts pairs the flags with the fields of f.
func (ff *feedFlags) texts(f *news.Feed) []feedFlag {
	return []feedFlag{
		{"id", &ff.id, &f.ID}, {"outlet", &ff.outlet, &f.Outlet}, {"country", &ff.country, &f.Country}, {"language", &ff.language, &f.Language},
		{"type", &ff.kind, (*string)(&f.Type)}, {"timezone", &ff.timezone, &f.Timezone}, {"user-agent", &ff.userAgent, &f.UserAgent},
	}
}

// fill overwrites the fields of f that flags give.
func (ff *feedFlags) fill(f *news.Feed) {
	for _, x := range ff.texts(f) {
		if *x.flag != "" {
			*x.to = *x.flag
		}
	}
	if ff.every > 0 {
		f.Every = ff.every
	}
	f.FullText, f.AllowPrivate = f.FullText || ff.fullText, f.AllowPrivate || ff.allowPrivate
}

// check says what is wrong with the values of flags, before anything is asked for. given tells which flags the command line has. Letters are made
// those that the entry wants.
func (ff *feedFlags) check(given func(flag string) bool) error {
	f := news.Feed{ID: "x", URL: "https://x.example/", Outlet: "x", Country: "KZ", Language: "kk", Type: news.State} // nothing is wrong with it
	ff.country = strings.ToUpper(ff.country)
	ff.id, ff.language, ff.kind = strings.ToLower(ff.id), strings.ToLower(ff.language), strings.ToLower(ff.kind)
	var faults news.Faults
	for _, x := range ff.texts(&f) {
		if given(x.name) && *x.flag == "" {
			faults = append(faults, news.Fault{Path: "--" + x.name, Msg: "a value is wanted"})
		}
	}
	if given("every") && ff.every <= 0 {
		faults = append(faults, news.Fault{Path: "--every", Msg: "an interval is above 0; without the flag fetch.interval counts"})
	}
	ff.fill(&f)
	for _, x := range config.CheckFeed(f) {
		meant := ""
		switch x.Path {
		case "country":
			meant = codeOf(countryCodes, ff.country)
		case "language":
			meant = codeOf(languageCodes, ff.language)
		}
		faults = append(faults, news.Fault{Path: "--" + strings.ReplaceAll(x.Path, "_", "-"), Msg: x.Msg + meant})
	}
	if len(faults) > 0 {
		return usageError(errors.New(faults.Error()))
	}
	return nil
}

// What people write who do not know the code, as a question that follows what is wrong.
var (
	countryCodes = map[string]string{
		"armenia": "AM", "azerbaijan": "AZ", "belarus": "BY", "estonia": "EE", "france": "FR", "georgia": "GE", "germany": "DE", "kazakhstan": "KZ", "kyrgyzstan": "KG",
		"latvia": "LV", "lithuania": "LT", "moldova": "MD", "mongolia": "MN", "poland": "PL", "russia": "RU", "tajikistan": "TJ", "turkmenistan": "TM", "ukraine": "UA",
		"uzbekistan": "UZ", "uk": "GB", "united kingdom": "GB", "usa": "US", "united states": "US",
		"kaz": "KZ", "blr": "BY", "rus": "RU", "ukr": "UA", "kgz": "KG", "uzb": "UZ", "pol": "PL",
	}
	languageCodes = map[string]string{
		"belarusian": "be", "by": "be", "english": "en", "french": "fr", "german": "de", "kazakh": "kk", "kz": "kk", "kaz": "kk", "kyrgyz": "ky", "polish": "pl",
		"russian": "ru", "rus": "ru", "ukrainian": "uk", "ua": "uk", "uzbek": "uz",
	}
)

func codeOf(codes map[string]string, s string) string {
	if code := codes[strings.ToLower(s)]; code != "" {
		return fmt.Sprintf("; did you mean %q?", code)
	}
	return ""
}

// oneArgument wants one argument, and says which.
func oneArgument(what string) cobra.PositionalArgs {
	return usage(func(_ *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return fmt.Errorf("%s is missing", what)
		case 1:
			return nil
		}
		return fmt.Errorf("one %s is wanted, and there are %d: %s", what, len(args), strings.Join(args, " "))
	})
}
