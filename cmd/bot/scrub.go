package main

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"vestnik/internal/news"
)

// A scrubber keeps secrets out of what is written through it, whatever put them there.
type scrubber struct {
	out     io.Writer
	secrets []string
}

func newScrubber(out io.Writer, secrets ...news.Secret) io.Writer {
	s := scrubber{out: out}
	for _, x := range secrets {
		if x != "" {
			s.secrets = append(s.secrets, x.Reveal(), url.QueryEscape(x.Reveal()), url.PathEscape(x.Reveal()))
			if _, key, ok := strings.Cut(x.Reveal(), ":"); ok && len(key) > 16 {
				s.secrets = append(s.secrets, key) // of a bot token
			}
		}
	}
	slices.SortFunc(s.secrets, func(a, b string) int { return len(b) - len(a) })
	if len(s.secrets) == 0 {
		return out
	}
	return s
}

func (s scrubber) Write(p []byte) (int, error) {
	text := string(p)
	for _, x := range s.secrets {
		text = strings.ReplaceAll(text, x, "[secret]")
	}
	if _, err := io.WriteString(s.out, text); err != nil {
		return 0, err
	}
	return len(p), nil
}
