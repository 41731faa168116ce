package feeds

import (
	"net/http"
	"testing"
	"time"

	"vestnik/internal/news"
)

func TestFresh(t *testing.T) {
	now := goldenNow
	date := func(after time.Duration) string { return now.Add(after).UTC().Format(http.TimeFormat) }
	tests := []struct {
		name   string
		header []string // pairs
		want   time.Duration
	}{
		{"nothing", nil, 0},
		{"max-age", []string{"Cache-Control", "public, max-age=300"}, 5 * time.Minute},
		{"in capitals, quoted, and in a second header", []string{"Cache-Control", "public", "Cache-Control", `Max-Age="60"`}, time.Minute},
		{"less the age a cache gave it", []string{"Cache-Control", "max-age=300", "Age", "120"}, 3 * time.Minute},
		{"older than it may be", []string{"Cache-Control", "max-age=300", "Age", "999"}, 0},
		{"for shared caches only", []string{"Cache-Control", "s-maxage=300"}, 0},
		{"max-age before Expires", []string{"Cache-Control", "max-age=60", "Expires", date(time.Hour)}, time.Minute},
		{"a max-age of nothing before Expires", []string{"Cache-Control", "max-age=0", "Expires", date(time.Hour)}, 0},
		{"no-cache", []string{"Cache-Control", "max-age=60, no-cache"}, 0},
		{"no-store", []string{"Cache-Control", "no-store", "Expires", date(time.Hour)}, 0},
		{"Expires", []string{"Expires", date(time.Hour)}, time.Hour},
		{"Expires by a clock that is wrong", []string{"Expires", date(time.Hour), "Date", date(50 * time.Minute)}, 10 * time.Minute},
		{"Expires that is over", []string{"Expires", date(-time.Hour)}, 0},
		{"Expires that is none", []string{"Expires", "-1"}, 0},
		{"a thousand years", []string{"Cache-Control", "max-age=31536000000"}, maxFresh},
		{"more than a number can be", []string{"Cache-Control", "max-age=99999999999999999999999"}, 0},
		{"negative", []string{"Cache-Control", "max-age=-5"}, 0},
		{"hostile", []string{"Cache-Control", "max-age=,=,,,max-age", "Age", "\x00", "Expires", "\xff"}, 0},
	}
	for _, tt := range tests {
		h := http.Header{}
		for i := 0; i < len(tt.header); i += 2 {
			h.Add(tt.header[i], tt.header[i+1])
		}
		if got := fresh(h, now); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestTTL(t *testing.T) {
	for doc, want := range map[string]time.Duration{
		`<rss><channel><ttl>15</ttl><item>`:                  15 * time.Minute,
		"<rss><channel><ttl>\n <![CDATA[ 15 ]]></ttl><item>": 15 * time.Minute,
		`<rss><channel><item/><ttl>15</ttl>`:                 0,
		`<rss><channel><ttl>-3</ttl><item>`:                  0,
		`<rss><channel><ttl>999999</ttl><item>`:              maxFresh,
		`<rss><channel><ttl>99999999</ttl><item>`:            0,
		`<rdf:RDF><channel><sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel><item r="">`: 15 * time.Minute,
		`<feed><syn:updatePeriod>daily</syn:updatePeriod><syn:updateFrequency>0</syn:updateFrequency><entry>`:                          24 * time.Hour,
		`<rss><channel><sy:updatePeriod>yearly</sy:updatePeriod>`:                                                                      maxFresh,
		`{"version": "https://jsonfeed.org/version/1"}`:                                                                                0,
		``: 0,
	} {
		if got := ttl([]byte(doc), outlineOf([]byte(doc))); got != want {
			t.Errorf("%s: %v, want %v", doc, got, want)
		}
	}
}

// What a server says of its answer is known of a new document and of a 304 alike, what the document says of the former only.
func TestFetchFresh(t *testing.T) {
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=600")
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(`<rss><channel><title>x</title><ttl>5</ttl><item><title>Новость</title><guid>1</guid><pubDate>Fri, 03 Apr 2026 10:00:00</pubDate></item>
			<item><title>Другая</title><guid>2</guid><pubDate>Fri, 03 Apr 2026 10:00:00 GMT</pubDate></item></channel></rss>`))
	})
	doc, err := c.Fetch(t.Context(), f, news.FeedState{}, goldenNow)
	if err != nil || doc.Fresh != 10*time.Minute || doc.TTL != 5*time.Minute || doc.Took <= 0 || doc.Zoneless != 1 {
		t.Errorf("%+v, %v", doc, err)
	}
	doc, err = c.Fetch(t.Context(), f, news.FeedState{ETag: doc.ETag}, goldenNow)
	if err != nil || !doc.NotModified || doc.Fresh != 10*time.Minute || doc.TTL != 0 || doc.Took <= 0 {
		t.Errorf("%+v, %v", doc, err)
	}
}

func TestProofNamesTheServer(t *testing.T) {
	status, page := http.StatusForbidden, "<html><title>Just a moment...</title>"
	c, f := serve(t, Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "cloudflare \u202e and a very long story that nobody wants to read")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(page))
	})
	for _, tt := range []struct {
		status int
		page   string
		want   string
	}{
		{403, page, "403 Forbidden · cloudflare and a very long story that…: Just a moment..."},
		{200, page, "200 OK · cloudflare and a very long story that…: Just a moment..."},
		{500, "", "500 Internal Server Error · cloudflare and a very long story that…"},
		{200, "<html><title>Добро пожаловать</title>", "Добро пожаловать"},
	} {
		status, page = tt.status, tt.page
		if fe := fetchErr(t, c, f); fe.Proof != tt.want || fe.Took <= 0 {
			t.Errorf("%d: %q after %v, want %q", tt.status, fe.Proof, fe.Took, tt.want)
		}
	}
}
