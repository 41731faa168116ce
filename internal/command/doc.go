// Package command answers what people ask: recent, search, feeds, status. An answer is a value, the same for the terminal and for a chat.
// It must not know how an answer looks or where it goes, and it writes nothing that a poll or a delivery reads.
package command
