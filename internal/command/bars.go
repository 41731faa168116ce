package command

import (
	"math"
	"slices"
	"strings"

	"vestnik/internal/feedback"
)

// bar is n of most as a bar of at most so many columns; something is never nothing.
func bar(n, most, columns int) string {
	eighths := n * columns * 8 / most
	if n > 0 {
		eighths = max(eighths, 1)
	}
	if eighths == 0 {
		return "·"
	}
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return s
}

// level is a share as a block, "·" when there is nothing.
func level(x feedback.Tally) string {
	if x.Of() == 0 {
		return "·"
	}
	p, _, _ := x.Precision()
	return string([]rune("▁▂▃▄▅▆▇█")[min(int(p*8), 7)])
}

// Spark draws a block for each value, as high as it is against the highest; what is nothing against it is "·".
func Spark(values []float64) string {
	most := slices.Max(values)
	var b strings.Builder
	for _, v := range values {
		eighths := 0
		if most > 0 {
			eighths = int(math.Round(8 * v / most))
		}
		b.WriteRune([]rune("·▁▂▃▄▅▆▇█")[min(max(eighths, 0), 8)])
	}
	return b.String()
}
