package console

import (
	"fmt"
	"strings"
	"time"
)

// blocks are bars of no to eight eighths of a line's height.
var blocks = [...]string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}

// bars draws a column for each value, in so many lines, the top one first. What is not 0 is seen, however small; a 0 stands on the last line as a dot.
func bars(values []int, height int) []string {
	most := 1
	for _, v := range values {
		most = max(most, v)
	}
	lines := make([]string, height)
	for row := range lines {
		below := (height - 1 - row) * 8
		var b strings.Builder
		for _, v := range values {
			eighths := (v*height*8 + most/2) / most
			if v > 0 {
				eighths = max(eighths, 1)
			}
			if v == 0 && row == height-1 {
				b.WriteString("·")
				continue
			}
			b.WriteString(blocks[min(max(eighths-below, 0), 8)])
		}
		lines[row] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// chart draws values of days below one another with a scale, and the first and last day beneath. Where there are more days than columns, a column is
// the sum of several. It is "" without days.
func chart(days []string, values []int, columns int) []string {
	if len(days) == 0 || len(days) != len(values) {
		return nil
	}
	const height = 4
	each := (len(values) + columns - 1) / columns
	var sums []int
	most := 0
	for i, v := range values {
		if i%each == 0 {
			sums = append(sums, 0)
		}
		sums[len(sums)-1] += v
		most = max(most, sums[len(sums)-1])
	}
	if most == 0 {
		return nil
	}
	scale := fmt.Sprint(most)
	lines := bars(sums, height)
	for i := range lines {
		label := strings.Repeat(" ", len(scale))
		if i == 0 {
			label = scale
		}
		lines[i] = strings.TrimRight("  "+label+" │"+lines[i], " ")
	}
	first, last := shortDay(days[0]), shortDay(days[len(days)-1])
	under := strings.Repeat(" ", len(scale)+4) + first
	if gap := len(sums) - len(first) - len(last); gap > 0 {
		under += strings.Repeat(" ", gap) + last
	} else if len(days) > 1 {
		under += " – " + last
	}
	if each > 1 {
		under += fmt.Sprintf("  (a column is %d days)", each)
	}
	return append(lines, under)
}

// shortDay is "4 Apr" of "2026-04-04".
func shortDay(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.Format("2 Jan")
}
