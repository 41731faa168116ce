package pulse

import (
	"testing"

	"vestnik/internal/news"
)

func TestRemedyOf(t *testing.T) {
	for _, c := range []struct {
		class news.ErrorClass
		proof string
		want  Remedy
	}{
		{news.ErrBlocked, "401 Unauthorized · nginx", LogIn},
		{news.ErrBlocked, "401", LogIn},
		{news.ErrBlocked, "403 Forbidden · cloudflare: Подождите", Manners},
		{news.ErrBlocked, "429 Too Many Requests", Manners},
		{news.ErrBlocked, "Just a moment…", Manners},
		{news.ErrStatus, "404 Not Found", Discover},
		{news.ErrStatus, "410 Gone: x", Discover},
		{news.ErrStatus, "500 Internal Server Error", ""},
		{news.ErrStatus, "4040", ""},
		{news.ErrStatus, "", ""},
		{news.ErrNotFeed, "Қош келдіңіз", Discover},
		{news.ErrNotFeed, "401 причина", Discover},
		{news.ErrDNS, "no such host: x.example", Address},
		{news.ErrAddress, "too many redirects", Address},
		{news.ErrPrivate, "", Private},
		{news.ErrTooLarge, "", MoreRoom},
		{news.ErrTimeout, "404", ""},
		{news.ErrTLS, "", ""},
		{news.ErrConnect, "", ""},
		{news.ErrParse, "", ""},
	} {
		if got := RemedyOf(c.class, c.proof); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.class, c.proof, got, c.want)
		}
	}
}
