package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// An Error is everything wrong with the files a person edits, in the order of the files.
type Error struct {
	Faults []Fault
	// Read is as much as could be read, for whoever looks for further faults (see Join) and for nothing else; nil when nothing could.
	Read *Config
}

// Error prints one fault a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// A Fault is a news.Fault with the place it stands at. Line and Col count from 1, Col in characters; both are 0 when the fault is the file's own.
type Fault struct {
	news.Fault
	File      string
	Line, Col int
}

// String is "file:line:col: path: message", without the parts that are not known.
func (f Fault) String() string {
	s := place(f.File, position{f.Line, f.Col})
	if f.Path != "" {
		s += ": " + f.Path
	}
	return s + ": " + f.Msg
}

type position struct{ line, col int }

func place(file string, at position) string {
	if at.line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, at.line, at.col)
}

// failed returns faults as an error, sorted by place, the files in the order given; nil when there are none.
func failed(faults []Fault, files ...string) *Error {
	if len(faults) == 0 {
		return nil
	}
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(
			cmp.Compare(slices.Index(files, a.File), slices.Index(files, b.File)),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
		)
	})
	return &Error{Faults: faults}
}

// A source is a file that was read and where each value in it stands.
type source struct {
	name string
	at   map[string]position // path of a value → its first character
}

// find returns where the value at path stands, or the nearest value around it that is written in the file.
func (s source) find(path string) position {
	for path != "" {
		if at, ok := s.at[path]; ok {
			return at
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return position{}
}

func (c *Config) sourceOf(path string) source {
	if strings.HasPrefix(path, "profiles[") {
		return c.profiles
	}
	return c.file
}

// Locate returns the place of a news.Fault's path as "config.yaml:12:7": of the value itself, else of the nearest one around it, else the file's name.
func (c *Config) Locate(path string) string {
	s := c.sourceOf(path)
	return place(s.name, s.find(path))
}

// Report gives faults that were found elsewhere their places: an *Error, or nil when there are none.
func (c *Config) Report(faults news.Faults) error {
	if err := failed(c.located(faults), c.file.name, c.profiles.name); err != nil {
		return err
	}
	return nil
}

// Join returns the faults of e, which came with c as e.Read, and those that were found elsewhere.
func (c *Config) Join(e *Error, faults news.Faults) *Error {
	return failed(slices.Concat(e.Faults, c.located(faults)), c.file.name, c.profiles.name)
}

func (c *Config) located(faults news.Faults) []Fault {
	located := make([]Fault, len(faults))
	for i, f := range faults {
		s := c.sourceOf(f.Path)
		at := s.find(f.Path)
		located[i] = Fault{Fault: f, File: s.name, Line: at.line, Col: at.col}
	}
	return located
}
