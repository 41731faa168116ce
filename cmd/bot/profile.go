package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"vestnik/internal/config"
	"vestnik/internal/news"
	"vestnik/internal/profile"
	"vestnik/seeds"
)

type profileOptions struct {
	*options
	out         string
	minArticles int
	dryRun      bool
	json        bool
	topic       string
}

func profileCommand(o *options) *cobra.Command {
	c := group(&cobra.Command{Use: "profile", Short: "Build profiles of people, organisations and topics from articles"})
	po := &profileOptions{options: o}
	build := &cobra.Command{
		Use:   "build DIR|FILE…",
		Short: "Propose profiles from articles, and merge them into the profiles file",
		Long: `Reads articles (.txt, .md, .html), finds whom and what they name, groups the spellings of one entity, and merges that into the profiles file.
The page around an article (newsletter boxes, topic lists, authors' notes) is left out. The article's language is recognised; names in Russian, Belarusian,
Ukrainian, Kazakh and Polish are given in the dictionary form. In German, where every noun has a capital, less is found.

What a person decided stays: ids, kinds, added names and keywords, comments, and every name under "rejected" is never proposed again. A name that
you take out of a profile is kept as rejected; to be rid of a whole profile, move all its names to "rejected".

The difference is printed: "+" a new profile, "~" a change in a known one, "?" a join that only you can
make, given again until you decide. Counts that changed are summed up; --json lists them.`,
		Example: `  bot profile build seeds/ --dry-run
  bot profile build one.txt two.html --out my-profiles.yaml --min-articles 1
  bot profile build articles/ --dry-run --json | jq '.changes[] | select(.change == "new profile") | .profile'`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if po.topic != "" {
				return po.buildTopic(args)
			}
			return po.build(args, !c.Flags().Changed("min-articles"))
		},
	}
	build.Flags().StringVar(&po.out, "out", "seeds/profiles.yaml", "the profiles file to refresh; begun when it is not there")
	po.minArticles = 2
	build.Flags().Var((*count)(&po.minArticles), "min-articles", "leave out new entities that fewer articles name (of a single article all are proposed)")
	build.Flags().BoolVar(&po.dryRun, "dry-run", false, "print the difference, write nothing")
	build.Flags().BoolVar(&po.json, "json", false, "print the difference as one JSON document")
	topicFlags(build, po)
	c.AddCommand(build)
	return c
}

// build reads, proposes, prints and writes. Of a single article everything is proposed unless a person says otherwise.
func (po *profileOptions) build(args []string, byDefault bool) error {
	articles, err := readArticles(args)
	if err != nil {
		return err
	}
	existing, prior, err := po.read()
	if err != nil {
		return err
	}
	least := po.minArticles
	if byDefault && len(articles) == 1 {
		least = 1
	}
	proposal := profile.Build(articles, prior).AtLeast(least)
	known, err := config.ParseProfiles(seeds.Profiles(), "the profiles that ship with the bot")
	if err != nil {
		return err
	}
	found := buildReport{
		Out: po.out, Articles: len(articles), Changes: profile.Changes(prior, proposal), Hints: profile.Hints(proposal, known),
	}
	found.Written = !po.dryRun && len(found.Changes) > 0
	if found.Written {
		if err := po.write(existing, proposal.Profiles); err != nil {
			return err
		}
	}
	if po.json {
		return writeJSON(po.stdout, found)
	}
	found.print(po.stdout, po.dryRun)
	return nil
}

// read returns the profiles file as it is, and what it says; nothing when there is none yet.
func (po *profileOptions) read() (existing []byte, profiles []news.Profile, err error) {
	existing, err = os.ReadFile(po.out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("read profiles: %w", err)
	}
	if len(bytes.TrimSpace(existing)) == 0 {
		return existing, nil, nil
	}
	if profiles, err = config.ParseProfiles(existing, po.out); err != nil {
		return nil, nil, usageError(err)
	}
	return existing, profiles, nil
}

// write puts the profiles into the file, which existed so.
func (po *profileOptions) write(existing []byte, profiles []news.Profile) error {
	data, err := config.WriteProfiles(existing, profiles)
	if err != nil {
		return err
	}
	if err := replaceFile(po.out, data, 0o644); err != nil {
		return fmt.Errorf("write profiles: %w", err)
	}
	return nil
}

// A buildReport is what profile build did. Its JSON is a contract with other programs.
type buildReport struct {
	Out      string           `json:"out"`
	Articles int              `json:"articles"` // read
	Changes  []profile.Change `json:"changes"`
	Hints    []profile.Hint   `json:"hints"`
	Written  bool             `json:"written"`
}

func (r buildReport) print(w io.Writer, dryRun bool) {
	counted := map[string]bool{} // in the list they would hide what is new
	for _, c := range r.Changes {
		if c.Change == profile.NewCount {
			counted[c.Profile] = true
			continue
		}
		fmt.Fprintln(w, c)
	}
	switch len(counted) {
	case 0:
	case 1:
		fmt.Fprintln(w, "~ 1 known profile: counts (--json lists them)")
	default:
		fmt.Fprintf(w, "~ %d known profiles: counts (--json lists them)\n", len(counted))
	}
	for _, h := range r.Hints {
		fmt.Fprintln(w, h)
	}
	if len(r.Hints) > 0 {
		fmt.Fprintln(w, profile.HowToDecide)
	}
	switch {
	case len(r.Changes) == 0:
		fmt.Fprintf(w, "%d articles change nothing in %s.\n", r.Articles, r.Out)
	case dryRun:
		fmt.Fprintf(w, "\nNothing was written (--dry-run).\n")
	default:
		fmt.Fprintf(w, "\n%s is written: review it, put what is wrong under \"rejected\", add what is missing.\n", r.Out)
	}
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

// readArticles reads the articles of folders and files, in order of name. Everything that is wrong with them comes at once.
func readArticles(args []string) ([]profile.Article, error) {
	var names []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usageError(fmt.Errorf("there is no file or folder %s", arg))
		}
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			names = append(names, arg)
			continue
		}
		entries, err := os.ReadDir(arg)
		if err != nil {
			return nil, err
		}
		before := len(names)
		for _, e := range entries {
			if slices.Contains(profile.Formats, strings.ToLower(filepath.Ext(e.Name()))) && !e.IsDir() && !strings.EqualFold(e.Name(), "README.md") {
				names = append(names, filepath.Join(arg, e.Name()))
			}
		}
		if len(names) == before {
			return nil, usageError(fmt.Errorf("the folder %s has no article: put files that end in %s into it", arg, strings.Join(profile.Formats, ", ")))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var out []profile.Article
	var faults []error
	from := map[string]string{} // id → file
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		a, err := profile.ReadArticle(name, data)
		switch {
		case err != nil:
			faults = append(faults, err)
		case from[a.ID] != "":
			faults = append(faults, fmt.Errorf("%s and %s are both called %q: rename one of them, so that the profiles can say where a name was seen", from[a.ID], name, a.ID))
		default:
			from[a.ID] = name
			out = append(out, a)
		}
	}
	if len(faults) > 0 {
		return nil, usageError(errors.Join(faults...))
	}
	return out, nil
}
