package console

import (
	"strings"

	"github.com/rivo/uniseg"

	"vestnik/internal/excerpt"
)

// A column of a table. Cells of a column are as wide as the widest of them; the last column is cut to what the terminal has left.
type column struct {
	name  string
	right bool // numbers
}

// lastColumn is the least a last column gets, however narrow the window: a reason of which nothing is seen is none.
const lastColumn = 30

// table prints rows of foreign text under a header, aligned by display width. Rows are not wrapped.
func (t *Terminal) table(columns []column, rows [][]string) error {
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.name
	}
	all := append([][]string{header}, rows...)
	widths := make([]int, len(columns))
	for r, row := range all {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = line(cell)
			widths[i] = max(widths[i], uniseg.StringWidth(cells[i]))
		}
		all[r] = cells
	}
	var b strings.Builder
	for r, row := range all {
		if r > 0 {
			b.WriteByte('\n')
		}
		used := 0
		var l strings.Builder
		for i, cell := range row {
			if i > 0 {
				l.WriteString("  ")
				used += 2
			}
			if i == len(row)-1 && t.Width > 0 {
				cell = cut(cell, max(t.Width-used, lastColumn))
			}
			pad := strings.Repeat(" ", max(widths[i]-uniseg.StringWidth(cell), 0))
			if columns[i].right {
				cell = pad + cell
			} else {
				cell += pad
			}
			l.WriteString(cell)
			used += widths[i]
		}
		b.WriteString(strings.TrimRight(l.String(), " "))
	}
	return t.write(b.String(), 0)
}

// cut shortens s to columns between graphemes, an ellipsis at its end.
func cut(s string, columns int) string {
	if uniseg.StringWidth(s) <= columns {
		return s
	}
	kept, width, state, rest := 0, 0, -1, s
	for rest != "" {
		var g string
		var w int
		g, rest, w, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if width+w > columns-1 {
			break
		}
		kept, width = kept+len(g), width+w
	}
	return strings.TrimRight(s[:kept], " ") + excerpt.Ellipsis
}
