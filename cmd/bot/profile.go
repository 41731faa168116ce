package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/internal/profile"
)

type profileOptions struct {
	*options
	out         string
	minArticles int
	dryRun      bool
	topic       string
}

func profileCommand(o *options) *cobra.Command {
	c := group(&cobra.Command{Use: "profile", Short: "Build profiles of people, organisations and topics from articles"})
	po := &profileOptions{options: o}
	build := &cobra.Command{
		Use:   "build DIR|FILE…",
		Short: "Propose profiles from articles, and merge them into the profiles file",
		Long: `Reads articles (.md, .txt), finds whom and what they name, groups the spellings of one entity, and merges that into the profiles file.

What a person decided stays: ids, kinds, added names and keywords, and every name under "rejected". The difference is printed:
"+" a new profile, "~" a change in a known one.

It reads English well. From articles in other languages it takes names as they stand, inflected, and does not join them with their spellings in
other scripts: write their dictionary forms by hand. Comments on lines that change are lost.`,
		Example: `  bot profile build seeds/ --dry-run
  bot profile build articles/ --out my-profiles.yaml --min-articles 1`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			if po.topic != "" {
				return po.buildTopic(args)
			}
			return po.build(args)
		},
	}
	build.Flags().StringVar(&po.out, "out", "seeds/profiles.yaml", "the profiles file to refresh; begun when it is not there")
	po.minArticles = 2
	build.Flags().Var((*count)(&po.minArticles), "min-articles", "leave out new entities that fewer articles name")
	build.Flags().BoolVar(&po.dryRun, "dry-run", false, "print the difference, write nothing")
	topicFlags(build, po)
	c.AddCommand(build)
	return c
}

func (po *profileOptions) build(args []string) error {
	articles, err := readArticles(args)
	if err != nil {
		return err
	}
	existing, err := os.ReadFile(po.out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read profiles: %w", err)
	}
	var prior []news.Profile
	if len(bytes.TrimSpace(existing)) > 0 {
		if prior, err = config.ParseProfiles(existing, po.out); err != nil {
			return usageError(err)
		}
	}
	proposal := profile.Build(articles, prior).AtLeast(po.minArticles)
	diff := profile.Diff(prior, proposal)
	for _, line := range diff {
		fmt.Fprintln(po.stdout, line)
	}
	if len(diff) == 0 {
		fmt.Fprintf(po.stdout, "%d articles change nothing in %s.\n", len(articles), po.out)
		return nil
	}
	if po.dryRun {
		fmt.Fprintf(po.stdout, "\nNothing was written (--dry-run).\n")
		return nil
	}
	data, err := config.WriteProfiles(existing, proposal.Profiles)
	if err != nil {
		return err
	}
	if err := replaceFile(po.out, data, 0o644); err != nil {
		return fmt.Errorf("write profiles: %w", err)
	}
	fmt.Fprintf(po.stdout, "\n%s is written: review it, put what is wrong under \"rejected\", add what is missing.\n", po.out)
	return nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, data []byte, mode fs.FileMode) error {
	if to, err := filepath.EvalSymlinks(name); err == nil {
		name = to // the link stays, its file is replaced
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".vestnik-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// readArticles reads the articles of folders and files, in order of name.
func readArticles(args []string) ([]profile.Article, error) {
	var names []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, usageError(err)
		}
		if !info.IsDir() {
			names = append(names, arg)
			continue
		}
		entries, err := os.ReadDir(arg)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); !e.IsDir() && (ext == ".md" || ext == ".txt") && !strings.EqualFold(e.Name(), "README.md") {
				names = append(names, filepath.Join(arg, e.Name()))
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return nil, usageError(fmt.Errorf("there is no .md or .txt file in %s", strings.Join(args, ", ")))
	}
	var out []profile.Article
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		a, err := profile.ReadArticle(filepath.Base(name), data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, a)
	}
	return out, nil
}
