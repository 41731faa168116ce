// Package backtest says what watchlists would have alerted on over stored items, and how that differs from what was alerted.
// It must not read a store, match or print: it is handed items with what was decided of them and what matchers say, and gives a report.
//
// # What counts as an alert
//
// Live, an item alerts for a watchlist when its match is over the threshold and the poll that brought it did not keep it back: as the backlog of a
// feed's first poll, or as too old. What was kept back is stored with the item, and it stands: a backtest asks what the watchlist changes, not what
// the poll would do. An analyst who writes a watchlist wants to see those items all the same, so they are a part of their own, they count as near misses,
// and alerts a day are counted from the first item that could alert. Who was told is another question, of subscriptions, mutes and chats that are gone; the ledger has an alert for every chat that
// followed the watchlist when the item came, and one of them is enough to say that the item alerted. So the same watchlists give the same alerts.
//
// An item that was edited alerts for a watchlist in the first wording that is over its threshold, and counts by the time of the item; of wordings
// that the store has dropped nothing is known.
//
// The difference has three parts. Added: it would alert now, and was not on the watchlist when it came. Gone: it alerted, and would not now. Unheard:
// it was on the watchlist, as it is now, but no chat was told because none followed it yet, or because the watchlist is newer than the item.
package backtest
