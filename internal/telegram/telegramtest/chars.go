package telegramtest

import "strings"

// units is the length of s in UTF-16 code units, which is how the Bot API counts.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// isSpace is the server's idea of white space between attributes; the end of the text, 0, counts as such.
func isSpace(c byte) bool { return c == 0 || strings.IndexByte(" \t\r\n\v", c) >= 0 }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool { return 'a' <= lowerByte(c) && lowerByte(c) <= 'z' }
func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// lower folds ASCII letters only, and leaves all other bytes alone.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}
