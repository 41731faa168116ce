package feeds

import (
	"net/url"

	"vestnik/internal/news"
)

// recheck is after how many polls at its new address the old one of a feed is asked again: who moved may move back.
const recheck = 200

// asksHome reports whether the own address of a feed that has moved is to be asked first this time.
func asksHome(state news.FeedState) bool { return state.MovedSeen%recheck == 0 }

// movedTarget is where a feed is read that has moved for good (news.FeedState.Moved); nil: at its own address.
//
// What the feed may do there is what a redirect may: no address but http and https, none that is not public unless the feed is allowed to (the dialer looks), and
// no way from an encrypted connection to one that is not. A feed whose address holds a user and a password goes on asking there: they are not for others.
func movedTarget(feed news.Feed, state news.FeedState) *url.URL {
	if !state.Moved() {
		return nil
	}
	from, err := parseAddress(feed.URL)
	if err != nil || from.User != nil {
		return nil
	}
	to, err := parseAddress(state.MovedTo)
	if err != nil || to.Scheme == "file" || from.Scheme == "https" && to.Scheme != "https" {
		return nil
	}
	return to
}
