package main

import (
	"strings"
	"testing"
)

// What "bot once" does not print because it waits for a digest, it says that it owes.
func TestOnceSaysWhatWaits(t *testing.T) {
	f := newFarm(t, 1)
	f.publish(0, "Токаев принял послов", "")
	cfg := f.config(t, t.TempDir(), farmWatchlists+"\nchats:\n  terminal: {digest: weekly mon 09:00}\n")
	code, out, errs := cli(t, "", "once", "--config", cfg)
	if code != exitOK || !strings.Contains(out, "\n0 alerts in 0 messages\n1 alert owed: waiting for a digest") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}
