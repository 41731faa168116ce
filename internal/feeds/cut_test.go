package feeds

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"vestnik/internal/news"
)

// A server that breaks off between two known items has not served the rest: its validators say nothing of it.
func TestCutBetweenKnownItems(t *testing.T) {
	const head = `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>`
	item := func(n int) string { return fmt.Sprintf("<item><title>n%d</title><guid>g%d</guid></item>", n, n) }
	doc, asked := head+item(1)+item(2)+"</channel></rss>", ""
	c, f := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Get("If-None-Match")
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, len(doc)))
		w.Write([]byte(doc))
	})
	state := news.FeedState{FeedID: f.ID}
	for i, body := range []string{doc, head + item(1), ""} {
		if body != "" {
			doc = body
		}
		d, err := c.Fetch(t.Context(), f, state, goldenNow)
		if err != nil {
			t.Fatal(i, err)
		}
		state.ETag, state.BodyHash = d.ETag, d.BodyHash
		if !d.Unchanged {
			state.Entries, state.WholeAt = d.Entries, goldenNow.Add(-time.Hour)
		}
		if i == 1 && d.ETag != "" {
			t.Errorf("the ETag %s of a document without its end is kept", d.ETag)
		}
		if i == 2 && (asked != "" || d.Unchanged) {
			t.Errorf("asked with %s, unchanged %v: what was cut off would not come", asked, d.Unchanged)
		}
	}
}
