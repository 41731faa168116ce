package pulse

import (
	"strings"

	"vestnik/internal/news"
)

// A Remedy is what may help a feed that cannot be read, in one word; "": nothing is known to.
type Remedy string

// The remedies.
const (
	LogIn    Remedy = "log-in"    // it asks who is there
	Manners  Remedy = "manners"   // it keeps the bot out, or finds it too eager
	Discover Remedy = "discover"  // there is no feed at its address
	Address  Remedy = "address"   // its address is wrong
	Private  Remedy = "private"   // it is on a network that the bot keeps out of
	MoreRoom Remedy = "more-room" // it is longer than is read
)

// Remedies lists every Remedy.
var Remedies = []Remedy{LogIn, Manners, Discover, Address, Private, MoreRoom}

// RemedyOf is what may help against a fault of that class, whose proof begins with the HTTP status when there was one that told it.
func RemedyOf(class news.ErrorClass, proof string) Remedy {
	status, _, _ := strings.Cut(proof, " ")
	status = strings.TrimSuffix(status, ":")
	switch class {
	case news.ErrBlocked:
		if status == "401" {
			return LogIn
		}
		return Manners
	case news.ErrStatus:
		if status == "404" || status == "410" {
			return Discover
		}
	case news.ErrNotFeed:
		return Discover
	case news.ErrDNS, news.ErrAddress:
		return Address
	case news.ErrPrivate:
		return Private
	case news.ErrTooLarge:
		return MoreRoom
	}
	return ""
}
