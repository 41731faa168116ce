package config

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWatch replaces a file in the ways editors and orchestrators do and expects one call for each change of content, none for anything else.
func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := write(t, dir, "config.yaml", "v0")
	other := write(t, t.TempDir(), "profiles.yaml", "p0")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls := make(chan struct{}, 100)
	ended := make(chan error)
	go func() {
		ended <- Watcher{Paths: []string{path, other}}.Watch(ctx, func() { calls <- struct{}{} })
	}()
	// The watch has begun when a change is seen.
	for n, begun := 0, false; !begun; n++ {
		write(t, dir, "config.yaml", "begin"+string(rune('a'+n%26)))
		select {
		case <-calls:
			begun = true
		case <-time.After(2 * settle):
		case err := <-ended:
			t.Fatal(err)
		}
	}

	for _, step := range []struct {
		name  string
		calls int
		do    func()
	}{
		{"written in place, in pieces", 1, func() {
			f, err := os.Create(path)
			must(err)
			for _, s := range []string{"v1", " and", " more"} {
				_, err = f.WriteString(s)
				must(err)
			}
			must(f.Close())
		}},
		{"renamed over", 1, func() { must(os.Rename(write(t, dir, ".config.yaml.swp", "v2"), path)) }},
		{"renamed over again", 1, func() { must(os.Rename(write(t, dir, ".config.yaml.swp", "v3"), path)) }},
		{"touched", 0, func() { write(t, dir, "config.yaml", "v3") }},
		{"another file", 0, func() { write(t, dir, "vestnik.db", "data") }},
		{"deleted", 0, func() { must(os.Remove(path)) }},
		{"recreated", 1, func() { write(t, dir, "config.yaml", "v4") }},
		{"a link swapped", 1, func() {
			must(os.Symlink(write(t, dir, "target", "v5"), filepath.Join(dir, "link")))
			must(os.Rename(filepath.Join(dir, "link"), path))
		}},
		{"the other path", 1, func() { write(t, filepath.Dir(other), "profiles.yaml", "p1") }},
	} {
		step.do()
		for n := range step.calls {
			select {
			case <-calls:
			case <-time.After(5 * time.Second):
				t.Fatalf("%s: %d calls, want %d", step.name, n, step.calls)
			}
		}
		select {
		case <-calls:
			t.Fatalf("%s: more than %d calls", step.name, step.calls)
		case <-time.After(settle + settle/2):
		}
	}

	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Watch returned %v", err)
	}
}

// TestWatchBusyFolder expects a change to be told although the folder never comes to rest.
func TestWatchBusyFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := write(t, dir, "config.yaml", "v0")
	ctx, cancel := context.WithCancel(t.Context())
	calls := make(chan struct{}, 100)
	ended := make(chan error)
	go func() { ended <- Watcher{Paths: []string{path}}.Watch(ctx, func() { calls <- struct{}{} }) }()
	tick := time.NewTicker(settle / 4)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-calls:
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("Watch returned %v", err)
			}
			return
		case <-tick.C:
			write(t, dir, "busy.log", time.Now().String())
			if n%40 == 10 {
				write(t, dir, "config.yaml", "v1"+time.Now().String())
			}
		case <-time.After(10 * time.Second):
			t.Fatal("never told")
		}
		if n > 200 {
			t.Fatal("not told in time")
		}
	}
}

func TestWatchNowhere(t *testing.T) {
	err := Watcher{Paths: []string{filepath.Join(t.TempDir(), "gone", "config.yaml")}}.Watch(t.Context(), func() {})
	if err == nil {
		t.Error("a folder that does not exist was watched")
	}
}
