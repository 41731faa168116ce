package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// interactive reports whether somebody is there to answer questions.
func (o *options) interactive() bool {
	switch in := o.stdin.(type) {
	case *os.File:
		return term.IsTerminal(int(in.Fd()))
	case interface{ Interactive() bool }: // a test's
		return in.Interactive()
	}
	return false
}

// ask prints a question and reads a line.
func (o *options) ask(ctx context.Context, in *bufio.Scanner, question string) (string, error) {
	fmt.Fprint(o.stdout, question)
	read := make(chan bool, 1)
	go func() { read <- in.Scan() }() // left behind on Ctrl-C: reading a terminal cannot be called off
	select {
	case <-ctx.Done():
		return "", errors.New("stopped; nothing was written")
	case ok := <-read:
		if !ok {
			return "", usageError(errors.New("the input ended before all questions were answered; nothing was written"))
		}
		return strings.TrimSpace(in.Text()), nil
	}
}
