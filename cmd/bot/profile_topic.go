package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/match"
	"vestnik/internal/news"
	"vestnik/internal/profile"
)

// topicFlags adds what concerns topics to the command that builds profiles.
func topicFlags(build *cobra.Command, po *profileOptions) {
	build.Flags().StringVar(&po.topic, "topic", "", "make or refresh the topic profile of this id instead: the words these articles share")
	build.MarkFlagsMutuallyExclusive("topic", "json")
	build.Long += `

With --topic ID the articles, two or more on one subject, make one profile of the kind topic: up to 30 words and names that several of them use, in any
language, each with a weight, and a threshold, calibrated by scoring each article by the terms of the others. Of a language that has one article only names
are taken that articles in other languages have, too: give two or more in each. Give all its articles each time. What you change in the file stays:
a weight, the threshold, a term you add; a term you take out, or put under "rejected", does not come back.`
	build.Example += `
  bot profile build strike/*.txt --topic rail-strike --out my-profiles.yaml
  bot match --profiles my-profiles.yaml --watchlist rail-strike article.txt`
}

func (po *profileOptions) buildTopic(args []string) error {
	if err := config.CheckProfileID(po.topic); err != nil {
		return usageError(fmt.Errorf("--topic: %w", err))
	}
	articles, err := readArticles(args)
	if err != nil {
		return err
	}
	existing, all, err := po.read()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(p news.Profile) bool { return p.ID == po.topic })
	if at < 0 {
		at = len(all)
		all = append(all, news.Profile{ID: po.topic, Kind: news.Topic})
	}
	prior := all[at]
	if prior.Kind != news.Topic {
		return usageError(fmt.Errorf("--topic %s: %s has a profile of that id already, of the kind %s: take another id", po.topic, po.out, prior.Kind))
	}
	all[at], err = profile.BuildTopic(po.topic, articles, prior, scoreTopic)
	if err != nil {
		return fmt.Errorf("build topic %q: %w", po.topic, err)
	}
	diff := profile.DiffTopic(prior, all[at])
	for _, line := range slices.Concat(diff, profile.TopicNotes(articles)) {
		fmt.Fprintln(po.stdout, line)
	}
	switch {
	case len(diff) == 0:
		fmt.Fprintf(po.stdout, "%d articles change nothing in %s.\n", len(articles), po.out)
		return nil
	case po.dryRun:
		fmt.Fprintf(po.stdout, "\nNothing was written (--dry-run).\n")
		return nil
	}
	if err := po.write(existing, all); err != nil {
		return err
	}
	fmt.Fprintf(po.stdout, "\n%s is written: take out the terms that say nothing of the topic, then list %q under profiles of a watchlist.\n", po.out, po.topic)
	return nil
}

// scoreTopic scores items as a watchlist of the profile would.
func scoreTopic(p news.Profile, items []news.Item) ([]float64, error) {
	m, faults := match.Compile([]news.Profile{p}, []news.Watchlist{{ID: p.ID, Profiles: []string{p.ID}, Threshold: 1}}, nil)
	if len(faults) > 0 {
		return nil, faults
	}
	out := make([]float64, len(items))
	for i := range items {
		for _, got := range m.Match(&items[i]) {
			out[i] = got.Score
		}
	}
	return out, nil
}
