// Package command answers what people ask: recent, search, why, precision, feeds, status. An answer is a value, the same for the terminal and for a chat.
// It must not know how an answer looks or where it goes; all it writes is what people say: subscriptions, mutes, invitations, verdicts on alerts.
package command
