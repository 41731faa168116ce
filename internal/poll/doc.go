// Package poll carries feeds to the store: claim what is due, fetch, drop what is known, match, commit.
// It must not know how a feed is fetched, how a match is found or how rows are kept, and it never sends anything:
// an alert leaves this package as a row that is owed.
//
// [Next] and [Decide] are pure functions of their arguments; [Cycle] strings them together for every due feed,
// and [Run] repeats it on a cron line.
package poll
