// Package telegram is the chats: the sink that posts to them, the listener that hears what they say, and how alerts and answers look there.
// It must not decide what is said or kept: alerts come from package deliver, answers from package command, and what they write goes through the
// functions it is given. The bot's token stays in it: no error, log line or panic of this package holds a byte of its secret part.
package telegram
