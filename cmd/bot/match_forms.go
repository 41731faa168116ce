package main

import (
	"slices"
	"strings"

	"vestnik/internal/console"
	"vestnik/internal/locale"
	"vestnik/internal/match"
	"vestnik/internal/news"
)

// printForms prints what --forms asks for.
func (mo *matchOptions) printForms(rs *ruleset) error {
	i := slices.IndexFunc(rs.profiles, func(p news.Profile) bool { return p.ID == mo.forms })
	if i < 0 {
		var ids []string
		for _, p := range rs.profiles {
			ids = append(ids, p.ID)
		}
		return known("profile", mo.forms, ids)
	}
	return terminalFor(mo.options, nil).Forms(formBlocks(rs.profiles[i], rs.matcher.Forms(mo.forms)))
}

// formBlocks makes a block of each name of a profile, languages that have the same forms in one row.
func formBlocks(p news.Profile, forms []match.TermForms) []console.Forms {
	var out []console.Forms
	begun := "" // the name and the language of the last block
	for _, f := range forms {
		if key := f.Lang + " " + f.Term; len(out) == 0 || key != begun {
			out = append(out, console.Forms{Name: nameOf(f), Note: enough(p, f)})
			begun = key
		}
		b := &out[len(out)-1]
		how := "as written"
		if f.Respelled {
			how = "respelled"
		}
		i := slices.IndexFunc(b.Rows, func(r console.FormsRow) bool {
			return r.How == how && slices.EqualFunc(r.Words, f.Words, slices.Equal)
		})
		if i < 0 {
			b.Rows = append(b.Rows, console.FormsRow{Languages: f.In, How: how, Words: f.Words})
			continue
		}
		b.Rows[i].Languages += " " + f.In
	}
	return out
}

// nameOf is a name with the language the profile has it in: Токаев (Russian).
func nameOf(f match.TermForms) string {
	loc, key := locale.For("en"), "lang."+f.Lang
	switch {
	case f.Lang == "any":
		return f.Term + " (any language)"
	case !loc.Has(key):
		return f.Term + " (" + f.Lang + ")"
	}
	return f.Term + " (" + loc.Text(key) + ")"
}

// enough says of a person's name what part of it is enough.
func enough(p news.Profile, f match.TermForms) string {
	isName := slices.Contains(p.Names[f.Lang], f.Term)
	switch {
	case p.Kind != news.Person || !isName:
		return ""
	case f.Alone == "" && len(f.Words) > 1:
		return "found only with the given name beside it, or where the whole name stands too"
	case f.Alone == "" || strings.EqualFold(f.Alone, f.Term):
		return ""
	}
	return "found alone: " + f.Alone
}
