package news

import "time"

// A Version is a wording that an item had before an edit took its place. Wordings are numbered from 1, the one the item came with. Not all need be
// there: of an item that is edited for ever the store keeps the first wording and the last ones.
type Version struct {
	Wording  int
	Title    string
	Text     string
	Lang     string
	Replaced time.Time // when the bot saw the next wording
	Skip     string    // as NewItem.Skip or Edit.Skip said when the wording came
}

// Before is the wording of earlier, which are in order, that was there when wording n came, or the nearest one before it that is kept; nil when
// there is none.
func Before(earlier []Version, n int) *Version { return UpTo(earlier, n-1) }

// UpTo is wording n of earlier, which are in order, or the nearest one before it that is kept; nil when there is none.
func UpTo(earlier []Version, n int) *Version {
	var found *Version
	for i := range earlier {
		if earlier[i].Wording <= n {
			found = &earlier[i]
		}
	}
	return found
}
