package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/encoding/charmap"
)

//go:embed demo
var demoFiles embed.FS

func demoCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show the whole path on sample feeds: no network, no configuration, nothing kept",
		Long: `Serves sample feeds of invented outlets on loopback and does with them what "bot once" does with real ones: fetch, match, store, alert.
Everything it writes goes to a temporary folder that is removed at the end.`,
		Args: usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runDemo(c.Context(), o) },
	}
}

func runDemo(ctx context.Context, o *options) (err error) {
	dir, err := os.MkdirTemp("", "vestnik-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	base, stop, err := serveDemo(ctx, time.Now())
	if err != nil {
		return err
	}
	defer stop()
	cfg, err := renderDemo("config.yaml.tmpl", time.Now(), map[string]string{"Base": base, "Dir": filepath.ToSlash(dir)})
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(file, cfg, 0o600); err != nil {
		return err
	}
	fmt.Fprint(o.stdout, "Sample feeds of invented outlets, served on loopback.\nOne article is carried by two of them; one feed is a challenge page.\n\n")
	demo := *o
	demo.config = file
	if err := runOnce(ctx, &demo); err != nil {
		return err
	}
	fmt.Fprintln(o.stdout, "\nNothing was kept. «bot once» does the same with the feeds of config.yaml.")
	return nil
}

// serveDemo serves the sample feeds, dated relative to now, until stop is called, which waits for the server.
func serveDemo(ctx context.Context, now time.Time) (base string, stop func(), err error) {
	mux := http.NewServeMux()
	names, err := demoFiles.ReadDir("demo")
	if err != nil {
		return "", nil, err
	}
	for _, f := range names {
		if f.Name() == "config.yaml.tmpl" || !strings.HasSuffix(f.Name(), ".tmpl") {
			continue
		}
		body, err := renderDemo(f.Name(), now, nil)
		if err != nil {
			return "", nil, err
		}
		if bytes.Contains(body[:min(len(body), 100)], []byte("windows-1251")) {
			if body, err = charmap.Windows1251.NewEncoder().Bytes(body); err != nil {
				return "", nil, fmt.Errorf("encode %s: %w", f.Name(), err)
			}
		}
		name := strings.TrimSuffix(f.Name(), ".tmpl")
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", map[string]string{".json": "application/feed+json", ".xml": "application/rss+xml"}[path.Ext(name)])
			http.ServeContent(w, r, "", now, bytes.NewReader(body))
		})
	}
	wall, err := demoFiles.ReadFile("demo/tishina.html")
	if err != nil {
		return "", nil, err
	}
	mux.HandleFunc("/tishina.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write(wall)
	})
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("serve the sample feeds: %w", err)
	}
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l) // always ends with ErrServerClosed: stop closes it
	}()
	return "http://" + l.Addr().String(), func() {
		_ = srv.Close()
		<-done
	}, nil
}

// renderDemo fills a template in: {{ago N}} is N minutes before now as RSS writes it, {{agoISO N}} as Atom does.
func renderDemo(name string, now time.Time, data any) ([]byte, error) {
	raw, err := demoFiles.ReadFile("demo/" + name)
	if err != nil {
		return nil, err
	}
	ago := func(layout string) func(int) string {
		return func(minutes int) string { return now.Add(-time.Duration(minutes) * time.Minute).Format(layout) }
	}
	t, err := template.New(name).Funcs(template.FuncMap{"ago": ago(time.RFC1123Z), "agoISO": ago(time.RFC3339)}).Parse(string(raw))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
