// Package timetable reads how often a person wants digests and when they want quiet, and tells the moments that come of it in their time zone.
// It has no clock and keeps nothing: every answer is a function of what is asked.
//
// Clocks are set forward and back. What is wanted at a time of day that is left out comes when the clock jumps; what is wanted at a time that comes
// twice, comes at the first of the two.
package timetable
