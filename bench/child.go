package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A cost is what a process took.
type cost struct {
	Wall float64 `json:"wall_s"` // from before it was started until after it had ended
	CPU  float64 `json:"cpu_s"`  // user and system
	RSS  float64 `json:"rss_mb"` // the most memory it ever had; 0: this system does not say
}

// patience is how long a child that was told to stop may take.
const patience = 20 * time.Second

// child is a process that is told to stop, not killed, when ctx ends.
func child(ctx context.Context, program string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, program, args...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = patience
	return c
}

// measured runs a program to its end and returns what it cost and printed.
func measured(ctx context.Context, program string, args ...string) (k cost, began time.Time, out, log []byte, err error) {
	c := child(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	began = time.Now()
	err = c.Run()
	took := time.Since(began)
	if c.ProcessState != nil {
		k = costOf(c.ProcessState, took)
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, lastOf(stderr.Bytes()))
	}
	return k, began, stdout.Bytes(), stderr.Bytes(), err
}

func costOf(p *os.ProcessState, took time.Duration) cost {
	return cost{Wall: took.Seconds(), CPU: (p.UserTime() + p.SystemTime()).Seconds(), RSS: peakMB(p)}
}

// lastOf is the end of what a program said, for an error.
func lastOf(b []byte) []byte {
	const most = 2000
	if len(b) > most {
		b = b[len(b)-most:]
	}
	return bytes.TrimSpace(b)
}

// self runs this program with other arguments and decodes what it printed into v.
func self(ctx context.Context, v any, args ...string) (cost, error) {
	program, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	k, _, out, _, err := measured(ctx, program, args...)
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(out, v)
}

// startFarm starts a farm in a process of its own, whose CPU and memory are nobody else's, and returns its address.
// It stops with stop, and by itself when this process dies.
func startFarm(ctx context.Context, feeds, items int) (base string, stop func(), err error) {
	program, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	c := child(ctx, program, "farm", "-addr", "127.0.0.1:0", "-feeds", strconv.Itoa(feeds), "-items", strconv.Itoa(items), "-held")
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = in.Close()
		_ = c.Wait() // how a farm ends is of no interest
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("start the farm: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

func readLines(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(b)), nil
}

// A stage is a line of the bot's log with its time.
type stage struct {
	At  time.Time `json:"time"`
	Msg string    `json:"msg"`

	Feeds  int    `json:"feeds"`
	Failed int    `json:"failed"`
	New    int    `json:"new"`
	Took   string `json:"took"`
}

// stages reads the bot's log, written as JSON, by message; of a message that comes several times all, in their order.
func stages(log io.Reader) map[string][]stage {
	found := map[string][]stage{}
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s stage
		if json.Unmarshal(lines.Bytes(), &s) == nil { // a line of another kind says nothing of stages
			found[s.Msg] = append(found[s.Msg], s)
		}
	}
	return found
}
