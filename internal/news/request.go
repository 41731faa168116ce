package news

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// A Header is one header field of a request. Its value may be a key or a cookie, so it does not print.
type Header struct {
	Name  string
	Value Secret
}

// A Media is a picture, a sound or a video that belongs to an item.
type Media struct {
	URL  string `json:"url"`            // http or https, absolute
	Type string `json:"type,omitempty"` // MIME type without parameters, or only "image", "audio", "video"; "" when the feed says none
}

// Shorter ones are no secrets, and taking them out of messages would leave nothing to read.
const (
	leastSecret = 4 // bytes, of a password
	leastHeader = 8 // bytes, of a header's value
)

// Secrets lists what must not appear in any message about the feed, in every form a message may have it.
func (f Feed) Secrets() []Secret {
	var list []Secret
	add := func(s string, least int) {
		if len(s) >= least {
			list = append(list, Secret(s))
		}
	}
	add(f.Proxy.Reveal(), leastSecret)
	if u, err := url.Parse(f.Proxy.Reveal()); err == nil && u.User != nil {
		password, _ := u.User.Password()
		add(u.User.String(), leastSecret)
		add(u.User.Username()+":"+password, leastSecret)
		add(password, leastSecret)
	}
	if f.Auth != "" {
		_, password, _ := strings.Cut(f.Auth.Reveal(), ":")
		add(f.Auth.Reveal(), leastSecret)
		add(password, leastSecret)
		add(base64.StdEncoding.EncodeToString([]byte(f.Auth)), leastSecret)
	}
	for _, h := range f.Headers {
		add(h.Value.Reveal(), leastHeader)
	}
	return list
}
