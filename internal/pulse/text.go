package pulse

import (
	"strconv"
	"strings"
	"time"
)

// String is the rhythm as Read takes it: since, at and the last hour in seconds and hours since 1970, then items and hours for each hour of a weekday
// and of a day at the weekend. Zeros are left out between the commas.
func (r Rhythm) String() string {
	if !r.Known() {
		return ""
	}
	b := make([]byte, 0, 400)
	b = append(b, "1 "...)
	for _, n := range []int64{r.Since.Unix(), r.At.Unix(), r.last} {
		b = append(strconv.AppendInt(b, n, 10), ' ')
	}
	for i, t := range []table{r.items, r.hours} {
		if i > 0 {
			b = append(b, ' ')
		}
		for k := range 2 {
			for h := range 24 {
				if k+h > 0 {
					b = append(b, ',')
				}
				if x := t[k][h]; x >= 0.0005 {
					b = strconv.AppendFloat(b, x, 'g', 4, 64)
				}
			}
		}
	}
	return string(b)
}

// Read is the inverse of String. What is no rhythm, or one of another version, is none: the feed is learned anew.
func Read(s string) Rhythm {
	f := strings.Fields(s)
	if len(f) != 6 || f[0] != "1" {
		return Rhythm{}
	}
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(f[i+1], 10, 64); err != nil || n[i] < 0 || n[i] > 1<<40 {
			return Rhythm{}
		}
	}
	r := Rhythm{Since: time.Unix(n[0], 0).UTC(), At: time.Unix(n[1], 0).UTC(), last: n[2]}
	if r.Since.After(r.At) || !readTable(f[4], &r.items) || !readTable(f[5], &r.hours) {
		return Rhythm{}
	}
	return r
}

func readTable(s string, t *table) bool {
	for i := range 48 {
		cell, rest, more := strings.Cut(s, ",")
		if more != (i < 47) {
			return false
		}
		s = rest
		if cell == "" {
			continue
		}
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil || !(x >= 0 && x < 1e9) {
			return false
		}
		t[i/24][i%24] = x
	}
	return true
}
