package text

import (
	"math"
	"unicode"
)

// How much of a text is looked at: more does not change the answer, and feeds carry whole articles.
const detectWords = 400

// What a word says about a language: a frequent word of it, a letter it does not have, a word of another script.
// Chosen on plain reasoning (one foreign letter outweighs one frequent word, which neighbours share); measured over labelled texts in detect_test.go.
const (
	evidenceWord   = 1.0
	evidenceLetter = -1.5
	evidenceScript = -0.7
)

// Detect says in which language a text is written, as an ISO 639-1 code of Codes, and how sure it is, from 0 to 1.
// "" and 0 when there is nothing to go by. Time is linear in the text's length, up to 400 words.
func Detect(s string) (code string, confidence float64) {
	c := languages()
	score := make([]float64, len(c.codes))
	total := 0
	for w := range Words(s) {
		if w.Letters == 0 {
			continue
		}
		if total++; total > detectWords {
			break
		}
		low := lower(s[w.Start:w.End])
		for i, code := range c.codes {
			score[i] += c.by[code].evidence(low)
		}
	}
	if total == 0 {
		return "", 0
	}
	best, second := -1, -1
	better := func(i, j int) bool {
		if j < 0 || score[i] != score[j] {
			return j < 0 || score[i] > score[j]
		}
		// Every Russian letter is a Kazakh one: of equals the smaller alphabet explains the text better.
		return len(c.by[c.codes[i]].letters) < len(c.by[c.codes[j]].letters)
	}
	for i := range score {
		if better(i, best) {
			best, second = i, best
		} else if better(i, second) {
			second = i
		}
	}
	if score[best] <= float64(total)*evidenceScript/2 {
		return "", 0 // most words are of a script nobody here writes
	}
	return c.codes[best], 1 - math.Exp(score[second]-score[best])
}

// lower keeps the letters that folding would merge, for they tell languages apart (ё, ў, ґ).
func lower(word string) []rune {
	out := make([]rune, 0, len(word))
	for _, r := range word {
		if f, ok := foldRune(r); ok && scriptOf(f) != 0 {
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}

func (l *Language) evidence(low []rune) float64 {
	e := 0.0
	if l.words[string(low)] {
		e += evidenceWord
	}
	own, foreign := false, 0
	for _, r := range low {
		if l.letters[r] {
			own = true
		} else {
			foreign++
		}
	}
	switch {
	case !own:
		e += evidenceScript
	case foreign > 0:
		e += evidenceLetter
	}
	return e
}
