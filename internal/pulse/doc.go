// Package pulse says how a feed does: the rhythm it publishes in, and its state on the source board.
// It must not fetch, store or print: everything here is a pure function of what is remembered of a feed, and of the time.
package pulse
