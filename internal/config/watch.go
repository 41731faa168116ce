package config

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// How long a Watcher waits.
const (
	settle    = 200 * time.Millisecond // without a further event, for an editor writes a file in several steps
	settleMax = time.Second            // with events that do not end: the folder may hold a busy log
	recheck   = 30 * time.Second       // between looks without any event: folders that were replaced, network and container mounts send none
)

// A Watcher tells when files changed. The zero value of Log logs nothing.
type Watcher struct {
	Paths []string
	Log   *slog.Logger
}

// Watch calls onChange, in its own goroutine, after the content of one of the paths has changed and settled, until ctx ends.
// It follows files that are replaced, as most editors and Kubernetes do, and takes a missing file for one that is about to come back.
// It returns nil when ctx ends, else why no folder could be watched.
func (w Watcher) Watch(ctx context.Context, onChange func()) error {
	log := w.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch config files: %w", err)
	}
	defer func() {
		if err := events.Close(); err != nil {
			log.Warn("stop watching config files", "error", err)
		}
	}()
	// Folders are watched because a file that is replaced takes its watch with it.
	follow := func() error {
		var errs []error
		for _, p := range w.Paths {
			if err := events.Add(filepath.Dir(p)); err != nil {
				errs = append(errs, fmt.Errorf("watch folder of %s: %w", p, err))
			}
		}
		return errors.Join(errs...)
	}
	if err := follow(); err != nil {
		return err
	}

	known := w.fingerprints(nil)
	look := func() {
		now := w.fingerprints(known)
		if maps.Equal(now, known) {
			return
		}
		known = now
		onChange()
	}
	again := time.NewTicker(recheck)
	defer again.Stop()
	// nil: nothing happened since the last look
	var settled, limit <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case _, ok := <-events.Events:
			if !ok {
				return nil
			}
			if limit == nil {
				limit = time.After(settleMax)
			}
			settled = time.After(settle)
			continue
		case err := <-events.Errors:
			log.Warn("watch config files", "error", err) // events may be lost: look
		case <-settled:
		case <-limit:
		case <-again.C:
			if err := follow(); err != nil {
				log.Warn("watch config files", "error", err)
			}
		}
		settled, limit = nil, nil
		look()
	}
}

// fingerprints is the hash of every path's content. A file that cannot be read now keeps the one it had.
func (w Watcher) fingerprints(before map[string][sha256.Size]byte) map[string][sha256.Size]byte {
	now := make(map[string][sha256.Size]byte, len(w.Paths))
	for _, p := range w.Paths {
		data, err := os.ReadFile(p)
		if err == nil {
			now[p] = sha256.Sum256(data)
		} else if h, ok := before[p]; ok {
			now[p] = h
		}
	}
	return now
}
