package console

import (
	"strings"
	"testing"

	"vestnik/internal/news"
)

// A redirect that no poll in a row has seen, because the last one failed, is not counted.
func TestRedirectNotCounted(t *testing.T) {
	f := news.FeedStatus{State: news.FeedState{Failures: 1, ErrorClass: news.ErrConnect, ErrorProof: "connection refused", MovedTo: "http://new.example/"}}
	if got := shown(f); got != "connect, 1 in a row: connection refused" {
		t.Error(got)
	}
	f.State.MovedSeen = 1
	if got := shown(f); !strings.HasSuffix(got, "; redirects for good to http://new.example/ (1×)") {
		t.Error(got)
	}
}
