package config

import (
	"vestnik/internal/news"
)

// ParseProfiles reads a profiles file. Everything that is wrong is in one *Error, whose faults call the file name.
func ParseProfiles(data []byte, name string) ([]news.Profile, error) {
	p := readProfiles(name, data)
	if err := failed(p.faults); err != nil {
		return nil, err
	}
	return p.profiles, nil
}

// A profileFile is a profiles file as read: its profiles and faults, and the node WriteProfiles finds its lines by.
type profileFile struct {
	*decoder
	profiles []news.Profile
	list     *node // nil when there is none
}

func readProfiles(name string, data []byte) profileFile {
	d, root := newDecoder(name, data)
	p := profileFile{decoder: d}
	if root == nil {
		return p
	}
	d.object(root, "", []option{{"profiles", true, keep(&p.list)}})
	if p.list == nil {
		return p
	}
	ids := map[string]position{}
	d.each(p.list, "profiles", func(n *node, path string) {
		var x news.Profile
		d.object(n, path, profileOptions(d, &x))
		d.unique(ids, x.ID, path+".id")
		p.profiles = append(p.profiles, x)
	})
	return p
}

func profileOptions(d *decoder, p *news.Profile) []option {
	return []option{
		{"id", true, d.checked(&p.ID, checkProfileID)},
		{"kind", true, parsed(d, &p.Kind, oneOf(news.Kinds))},
		{"names", false, d.byLanguage(&p.Names)},
		{"keywords", false, d.byLanguage(&p.Keywords)},
		{"context", false, func(n *node, path string) {
			d.object(n, path, []option{
				{"near", false, d.strings(&p.Context.Near)},
				{"not_near", false, d.strings(&p.Context.NotNear)},
				{"not_in", false, d.strings(&p.Context.NotIn)},
				{"words", false, d.number(&p.Context.Words, 1, 10_000)},
			})
			if c := p.Context; len(c.Near)+len(c.NotNear)+len(c.NotIn) == 0 {
				d.fail(path, n.at, "asks for nothing: give it near, not_near or not_in")
			}
		}},
		{"nested", false, d.flag(&p.Nested)},
		{"wikidata", false, d.str(&p.Wikidata)},
		{"seen", false, d.seen(&p.Seen)},
		{"from_memory", false, d.strings(&p.FromMemory)},
		{"rejected", false, d.byLanguage(&p.Rejected)},
		{"threshold", false, parsed(d, &p.Threshold, parseThreshold)},
		{"proposed", false, func(n *node, path string) {
			d.object(n, path, []option{
				{"threshold", false, parsed(d, &p.Proposed.Threshold, parseThreshold)},
				{"keywords", false, d.byLanguage(&p.Proposed.Keywords)},
			})
		}},
	}
}

// seen reads name → article → how often.
func (d *decoder) seen(to *map[string]map[string]int) func(*node, string) {
	return func(n *node, path string) {
		d.keyed(n, path, func(name string) func(*node, string) {
			return func(n *node, path string) {
				d.keyed(n, path, func(article string) func(*node, string) {
					return func(n *node, path string) {
						var count int
						d.number(&count, 1, 1_000_000_000)(n, path)
						if *to == nil {
							*to = map[string]map[string]int{}
						}
						if (*to)[name] == nil {
							(*to)[name] = map[string]int{}
						}
						(*to)[name][article] = count
					}
				})
			}
		})
	}
}

// keyed reads an object whose keys a person chooses, each by the reader that read returns for its key.
func (d *decoder) keyed(n *node, path string, read func(key string) func(*node, string)) {
	opts := make([]option, len(n.fields))
	for i, f := range n.fields {
		opts[i] = option{key: f.key, read: read(f.key)}
	}
	d.object(n, path, opts)
}

// CheckProfileID says what is wrong with the id of a profile.
func CheckProfileID(id string) error { return checkProfileID(id) }
