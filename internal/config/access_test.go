package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A password goes over http:// to the own network alone, and that all feeds may be on it does not say that this one is.
func TestPasswordOverHTTP(t *testing.T) {
	for _, c := range []struct {
		fetch, host, own string
		fine             bool
	}{
		{"false", "example.org", "", false},
		{"true", "example.org", "", false},
		{"true", "example.org", ", allow_private: false", false},
		{"false", "example.org", ", allow_private: true", true},
		{"true", "nas.example", ", allow_private: true", true},
		{"true", "192.168.1.5:8080", "", true},
		{"true", "[::1]:8080", "", true},
		{"true", "[fd00::1]", "", true},
		{"true", "localhost", "", true},
		{"true", "8.8.8.8", "", false},
		{"true", "localhost.example.org", "", false},
		{"true", "10.0.0.1.example.org", "", false},
	} {
		for _, key := range []string{`auth: "u:CANARY"`, `headers: {authorization: "Bearer CANARY"}`} {
			path := filepath.Join(t.TempDir(), "config.yaml")
			data := fmt.Sprintf("fetch: {allow_private: %s}\nwatchlists:\n  - {id: a, keywords: {ru: [газ]}}\nfeeds:\n  - {id: f, url: \"http://%s/rss\", outlet: Ақпарат, country: KZ, language: kk, type: state%s, %s}\n",
				c.fetch, c.host, c.own, key)
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path, []byte("profiles:\n  - {id: x, kind: person, names: {ru: [Токаев]}}\n"))
			if c.fine && err != nil || !c.fine && (err == nil || !strings.Contains(err.Error(), "over http:// it could be read by everyone") || strings.Contains(err.Error(), "CANARY")) {
				t.Errorf("%+v, %s: %v", c, key, err)
			}
		}
	}
}
