package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/mmcdole/gofeed"
)

// The floor is the least a reader of feeds can do: ask each feed whether it changed, and parse what did. It keeps the validators, and nothing else.
type floor struct {
	workers int
	client  *http.Client
}

func newFloor(workers int) *floor {
	t := &http.Transport{MaxIdleConns: workers, MaxIdleConnsPerHost: workers, DisableCompression: true}
	return &floor{workers, &http.Client{Transport: t, Timeout: time.Minute}}
}

// validators is what a feed said of its document.
type validators struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

type floorResult struct {
	Full      int `json:"200"`
	Unchanged int `json:"304"`
	Items     int `json:"items"` // parsed
}

// cycle asks every feed once; known, by address, is used and brought up to date.
func (f *floor) cycle(ctx context.Context, urls []string, known map[string]validators) (floorResult, error) {
	var (
		mu   sync.Mutex
		sum  floorResult
		errs []error
		wg   sync.WaitGroup
	)
	queue := make(chan string)
	for range f.workers {
		wg.Go(func() {
			parser := gofeed.NewParser()
			for url := range queue {
				mu.Lock()
				v := known[url]
				mu.Unlock()
				items, err := f.one(ctx, parser, url, &v)
				mu.Lock()
				switch {
				case err != nil:
					errs = append(errs, fmt.Errorf("%s: %w", url, err))
				case items < 0:
					sum.Unchanged++
				default:
					sum.Full++
					sum.Items += items
					known[url] = v
				}
				mu.Unlock()
			}
		})
	}
	for _, url := range urls {
		queue <- url
	}
	close(queue)
	wg.Wait()
	return sum, errors.Join(errs...)
}

// one returns how many items a feed holds, or -1 when it did not change.
func (f *floor) one(ctx context.Context, parser *gofeed.Parser, url string, v *validators) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	if v.ETag != "" {
		req.Header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		req.Header.Set("If-Modified-Since", v.LastModified)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return 0, err
	case resp.StatusCode == http.StatusNotModified:
		return -1, nil
	case resp.StatusCode != http.StatusOK:
		return 0, errors.New(resp.Status)
	}
	doc, err := parser.ParseString(string(body))
	if err != nil {
		return 0, err
	}
	*v = validators{resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")}
	return len(doc.Items), nil
}

// runFloor is one cycle over the feeds that list names, one address a line, with what state remembers of the last one.
func runFloor(ctx context.Context, list, state string, workers int, out io.Writer) error {
	urls, err := readLines(list)
	if err != nil {
		return err
	}
	known := map[string]validators{}
	b, err := os.ReadFile(state)
	if err == nil {
		err = json.Unmarshal(b, &known)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: %w", state, err)
	}
	res, err := newFloor(workers).cycle(ctx, urls, known)
	if err != nil {
		return err
	}
	if b, err = json.Marshal(known); err != nil {
		return err
	}
	if err := os.WriteFile(state, b, 0o600); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(res)
}
