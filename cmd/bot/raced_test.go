package main

import (
	"runtime/debug"
	"slices"
	"testing"
)

// notRaced skips a test that works in one goroutine, mostly, for minutes when the race detector watches; without it it runs all the same.
func notRaced(t *testing.T) {
	t.Helper()
	info, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("skipped: with the race detector it takes minutes; it runs without")
	}
}
