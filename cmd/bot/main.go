// Command bot is Vestnik: it polls feeds, matches new items against watchlists, stores them and posts alerts.
// It must hold wiring only: what the commands do lives in the packages below internal.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// gcPercent is how much the heap may grow between two collections, of what is alive. Half of Go's default: a poll makes much garbage of little
// that stays, and a small machine has rather a few percent of its time to spare than half of its memory.
const gcPercent = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	// A reader that goes away ("bot demo | head") is an error to be told, not the end: what was begun is cleaned up.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes of every command.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // bad usage or configuration
)

// codeError carries an exit code up to run. A nil err prints nothing: the command has said what there is to say.
type codeError struct {
	code int
	err  error
}

func (e *codeError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *codeError) Unwrap() error { return e.err }

func usageError(err error) error { return &codeError{exitUsage, err} }

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(stdin, stdout, stderr)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitFailed // nobody reads on
	}
	var coded *codeError
	if errors.As(err, &coded) {
		if coded.err != nil {
			fmt.Fprintf(stderr, "bot: %v\n", coded.err)
		}
		return coded.code
	}
	fmt.Fprintf(stderr, "bot: %v\n", err)
	return exitFailed
}

// options are the flags every command has.
type options struct {
	config   string
	logLevel string
	logForm  string
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
}

func newRoot(stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	o := &options{stdin: stdin, stdout: stdout, stderr: stderr}
	root := &cobra.Command{
		Use:           "bot",
		Short:         "Vestnik watches the region's news for you and says why it woke you",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,

		SuggestionsMinimumDistance: 2,
		Version:                    version,
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError(fmt.Errorf("%w\nRun «%s --help» for its flags", err, c.CommandPath()))
	})
	root.PersistentFlags().StringVar(&o.config, "config", "config.yaml", "the configuration file")
	root.PersistentFlags().StringVar(&o.logLevel, "log-level", "", "debug, info, warn or error (default: what the configuration says)")
	root.PersistentFlags().StringVar(&o.logForm, "log", "", "text or json (default: what the configuration says)")
	root.RunE = func(c *cobra.Command, _ []string) error { return runBot(c.Context(), o) }
	root.AddCommand(
		runCommand(o), onceCommand(o), demoCommand(o), initCommand(o), checkCommand(o), matchCommand(o), profileCommand(o), searchCommand(o), recentCommand(o), trendCommand(o),
		feedsCommand(o), backtestCommand(o), backupCommand(o), healthCommand(o), versionCommand(o),
	)
	return root
}

// knownCommand refuses what is no command, and says which one may have been meant.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	meant := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		meant = fmt.Sprintf("; did you mean %q?", near[0])
	}
	return usageError(fmt.Errorf("there is no command %q%s\nRun «%s --help» for those there are", args[0], meant, c.CommandPath()))
}

// group makes a command that only holds others refuse what is none of them.
func group(c *cobra.Command) *cobra.Command {
	c.Args, c.SuggestionsMinimumDistance = knownCommand, 2
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	return c
}

// usage makes an argument check exit with 2.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError(fmt.Errorf("%w\nRun «%s --help»", err, c.CommandPath()))
		}
		return nil
	}
}
