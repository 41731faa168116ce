package feedback

import "math"

// fisher is the chance that at least a of the n items with a term are among the bad ones, when bad of all are bad and the term has nothing to do with it:
// the one-sided exact test of R. A. Fisher (Statistical Methods for Research Workers, 1934, §21.02), the upper tail of the hypergeometric distribution.
func fisher(a, n, bad, all int) float64 {
	p := 0.0
	for k := a; k <= min(n, bad); k++ {
		if n-k > all-bad {
			continue
		}
		p += math.Exp(logChoose(bad, k) + logChoose(all-bad, n-k) - logChoose(all, n))
	}
	return min(p, 1)
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
