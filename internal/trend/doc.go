// Package trend says when a watchlist is in the news more than it usually is at this hour, or not at all where it always was, and sums up what charts show.
// It must not read a clock, a store or a file: everything here is a pure function of counts and of the time.
//
// What is usual is asked of the same hour and kind of day (weekday or weekend) in the weeks before, and of the last three days, whichever was busier. News
// come in clusters, so that a Poisson law alone would cry out too often: how much more than Poisson the counts of a watchlist vary is measured, and the
// tail is that of a negative binomial with this variance.
package trend
