// Package chart draws a [trend.Picture] as a PNG that reads on a phone, on a dark screen and on a light one.
// It must not count, fetch or know a language: every word on a chart is given to it.
//
// Letters are those of Liberation Sans (SIL Open Font License 1.1), which comes with the charting library and holds Latin, Greek and Cyrillic, Kazakh
// letters among it. What it has no shape for, emoji say, is left out. Scripts that run from right to left are not laid out.
package chart
