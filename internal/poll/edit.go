package poll

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vestnik/internal/news"
)

// reworded reports whether a known item says something that its feed has not said before. The key of its content tells: it stands behind the identity,
// and the store has it of every wording that is kept. So a wording that comes back is none, and mirrors that serve now one and now the other make one
// edit. An item that is known by its content alone cannot be edited, and one whose content another item of the document has, too, has no such key.
func reworded(item *news.Item, known map[string]int64) bool {
	k := item.ContentKey()
	_, ok := known[k]
	return k != "" && !ok
}

// Edits says which of the changed items of a Decision are other wordings of what the store has of them, in their order. It is none when only case,
// punctuation or a date differ, or when the store has dropped the item. A headline or a text that the feed leaves out stays as it was, and the whole
// text of a page stays behind the feed's when the page of an unread one could not be read again.
//
// An edit alerts as an item does that was published at the later of the two times that the feed gave for it: an outlet may keep a GUID for ever and
// fill it anew every day. When the feed gives no time, that of the first wording counts.
func Edits(changed []news.Item, unread map[int64]bool, stored []news.Found, rules Rules, now time.Time) []news.Edit {
	was := byNumber(stored)
	var edits []news.Edit
	for _, item := range changed {
		old := was[item.ID]
		if old != nil && unread[item.ID] {
			item.Text = ahead(item.Text, old.Text)
		}
		if old == nil || (item.Title == "" || sameWords(item.Title, old.Title)) && (item.Text == "" || sameWords(item.Text, old.Text)) {
			continue
		}
		at := old.Published
		if !item.Published.Equal(item.Seen) && item.Published.After(at) {
			at = item.Published
		}
		e := news.Edit{Item: item}
		e.Item.Published, e.Item.Seen = old.Published, old.Seen
		e.Item.Title, e.Item.Text = cmp.Or(item.Title, old.Title), cmp.Or(item.Text, old.Text)
		if rules.tooOld(at, now) {
			e.Skip = news.SkipTooOld
		}
		edits = append(edits, e)
	}
	return edits
}

func byNumber(stored []news.Found) map[int64]*news.Item {
	was := make(map[int64]*news.Item, len(stored))
	for i := range stored {
		was[stored[i].Item.ID] = &stored[i].Item
	}
	return was
}

// reuse makes new items of those changed ones that are other articles under a GUID that was used before, as feeds have it whose GUIDs are places in a list:
// with another address, and a headline that shares less than a third of its longer words with the one that was there. They keep their other keys. What a
// GUID means is then told wrong at times, and an article alerts twice; the other way one would not alert at all.
func (d *Decision) reuse(stored []news.Found, rules Rules, now time.Time) {
	was := byNumber(stored)
	d.Changed = slices.DeleteFunc(d.Changed, func(item news.Item) bool {
		old := was[item.ID]
		if old == nil || !strings.HasPrefix(item.Keys[0], news.KeyGUID) || item.URL == "" || old.URL == "" || item.URL == old.URL || alike(item.Title, old.Title) {
			return false
		}
		item.ID, item.Keys = 0, item.Keys[1:]
		n := news.NewItem{Item: item}
		if rules.tooOld(item.Published, now) {
			n.Skip = news.SkipTooOld
		}
		d.New = append(d.New, n)
		return true
	})
}

// alike reports whether a third or more of the longer words of one headline stand in the other, too. Those of three letters and less stand everywhere.
func alike(a, b string) bool {
	long := func(text string) []string {
		return slices.DeleteFunc(strings.Fields(words(text)), func(w string) bool { return utf8.RuneCountInString(w) <= 3 })
	}
	x, y := long(a), long(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	shared := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			shared++
		}
	}
	return 3*shared >= len(x)
}

// ahead is what the feed says now of an item whose stored text may be that of its page: whole, when that has the words already; else what the feed says
// and then as much of whole as makes it no longer than it was, so that it does not grow with every edit. Of a text that is about as long as the feed's, and
// so was the feed's itself, nothing stays.
func ahead(text, whole string) string {
	if strings.Contains(" "+words(whole), " "+words(text)) {
		return whole
	}
	room := len(whole) - len(text) - 1
	if room < len(text) {
		return text
	}
	for !utf8.RuneStart(whole[room]) {
		room--
	}
	return text + "\n" + whole[:room]
}

// words is text in lower case with nothing but a space between its words.
func words(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), between), " ")
}

// sameWords reports whether two texts are the same words, whatever case they are in and whatever punctuation stands between them.
func sameWords(a, b string) bool {
	for {
		var x, y string
		x, a = nextWord(a)
		y, b = nextWord(b)
		if !strings.EqualFold(x, y) {
			return false
		}
		if x == "" {
			return true
		}
	}
}

// nextWord splits text behind its first word; "" when there is none.
func nextWord(s string) (word, rest string) {
	s = strings.TrimLeftFunc(s, between)
	if i := strings.IndexFunc(s, between); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// between reports whether r separates words: spaces and punctuation, and the signs of which markup that was cut leaves some. Other symbols belong to
// words: "+5" is not "−5", and an emoji may be the news.
func between(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsControl(r) || strings.ContainsRune("<>=|~^`", r)
}
