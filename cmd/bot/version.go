package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"vestnik/internal/store"
)

// version is set by release builds: -ldflags "-X main.version=v1.2.3".
var version = "development"

func versionCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, commit, Go and database schema",
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			schema, err := store.LatestSchema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(o.stdout, "vestnik %s\ncommit  %s\ngo      %s %s/%s\nschema  %d\n", version, commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH, schema)
			return err
		},
	}
}

// commit is what the Go toolchain noted of the checkout it built from.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	rev, dirty := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			rev = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = " with changes"
		}
	}
	return rev + dirty
}
