// Package telegramtest is a strict fake of the Telegram Bot API server, over HTTP: what a bot may send is judged as the real server judges it, limits are
// counted, and faults come on demand. It must not import anything of ours: it knows the Bot API and nothing of the program that is tested against it.
//
// [New] starts a server; chats, users and topics are declared by the test ([Server.AddChat], [Server.AddUser]), updates are injected ([Server.Say],
// [Server.Press], [Server.SetStanding], [Server.Push]), faults queued ([Server.Fail]), and what happened is read back ([Server.Messages],
// [Server.Violations], [Server.Calls], [Server.Counts]). A test that names a chat or message that does not exist is wrong and panics.
//
// Faithful, and checked against the real parser's recorded verdicts: the HTML and Markdown styles with their error texts, byte offsets and entities, in UTF-16
// code units; what links become; which characters are removed; the automatic entities. Of media only pictures and
// files that are uploaded with the call are modelled, without albums. Not modelled: inline mode, business accounts, payments, bank
// card and phone numbers as automatic entities, the tag tg-time (refused), custom emoji rights, and slow mode.
//
// Where the documentation of Telegram is silent the stricter reading is taken. Limits are those of its bot FAQ; see [Limits].
package telegramtest
