package main

import (
	"os"
	"strings"
	"testing"

	"vestnik/internal/command"
)

// TestReadmeCommands holds that the README lists the chat commands as the table does. UPDATE_README=1 writes them there.
func TestReadmeCommands(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- chat commands: written by TestReadmeCommands -->\n", "<!-- end -->"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), begin)
	old, foot, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("README.md has no %q … %q", begin, end)
	}
	want := strings.TrimSpace(command.Table("en")) + "\n"
	if old == want {
		return
	}
	if os.Getenv("UPDATE_README") == "" {
		t.Fatal("README.md lists other chat commands than there are: UPDATE_README=1 go test -run TestReadmeCommands ./cmd/bot")
	}
	if err := os.WriteFile(file, []byte(head+begin+want+end+foot), 0o644); err != nil {
		t.Fatal(err)
	}
}
