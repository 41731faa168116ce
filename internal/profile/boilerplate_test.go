package profile

import (
	"slices"
	"strings"
	"testing"
)

const filler = "Minsk and Moscow talked for a day about gas, roads and a treaty that neither side wished to sign before the summer was over, and so they " +
	"parted as they had met, with a handshake for the cameras and a date for another round of the same in Astana in the autumn."

func TestBoilerplate(t *testing.T) {
	for _, c := range []struct {
		name, page string
	}{
		{"newsletter box", "Sign up for our newsletter, Astana!"},
		{"newsletter box, weak signals together", "Our newsletter brings the Kremlin to your inbox every Monday morning, and all you need to do for it is to leave us an address."},
		{"topic list", "Topics in this article: Belarus, Putin, Kremlin"},
		{"tags", "Tags: Belarus, Putin"},
		{"hash tags", "#Belarus #Putin"},
		{"share line", "Share this on WhatsApp"},
		{"cookies", "We use cookies to make the Kremlin better."},
		{"byline", "By Jane Doe"},
		{"byline without a word", "Joshua Doe"},
		{"address", "doe@minsk-times.example"},
		{"licence", "Photo: Doe / Wikimedia / Creative Commons"},
		{"no text", "🚨 https://minsk.example/putin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := Article{Text: filler + "\n\n" + c.page + "\n\n" + filler + "\n\nBrest."}
			if got := a.paragraphs(parseLists(wordsFile)); len(got) != 3 || slices.Contains(got, c.page) {
				t.Errorf("kept %q", got)
			}
		})
	}
}

func TestBoilerplateLeavesTextAlone(t *testing.T) {
	for _, p := range []string{
		"By Monday Brest had fallen silent.",
		"The opposition runs a newsletter on Belarus that the court in Minsk called extremist, and its editor was sent to prison for three years.",
		"Voters there support our candidate, said a man in Brest who would not give his name, and they will do so again when the time has come.",
		"The president's cookies were served in Astana, said the host, a baker from Brest whose family has been in the trade for a century.",
		"Kassym-Jomart Tokayev", // a heading: the text names him again
		"Alexander Lukashenko spoke.",
	} {
		a := Article{Text: filler + "\n\n" + p + "\n\n" + filler + "\n\nTokayev said so, too."}
		if got := a.paragraphs(parseLists(wordsFile)); len(got) != 4 {
			t.Errorf("%q is taken for the page", p)
		}
	}
}

func TestWhatFollowsTheEndIsThePage(t *testing.T) {
	a := Article{Text: filler + "\n\n" + filler + "\n\nThe opinions represent the views of the authors.\n\nValer Doe\n\nHe was born in Brest.\n\nRadio Minsk commentator."}
	if got := a.paragraphs(parseLists(wordsFile)); len(got) != 2 {
		t.Errorf("kept %q", got)
	}
	// A box in the middle ends nothing.
	a.Text = filler + "\n\nSign up for our newsletter!\n\n" + filler
	if got := strings.Join(a.paragraphs(parseLists(wordsFile)), "|"); got != filler+"|"+filler {
		t.Errorf("kept %q", got)
	}
}

func TestAuthorsAreThePage(t *testing.T) {
	lists := parseLists(wordsFile)
	for _, p := range []string{"By Alice van der Berg in Pinsk", "By Alice Hill, Tom Doe and agencies", "*Alice Hill reports from Pinsk*", "Alice Hill, Pinsk", "Алия Сабитова, Тараз"} {
		a := Article{Text: filler + "\n\n" + p + "\n\n" + filler + "\n\n" + filler}
		if got := a.paragraphs(lists); len(got) != 3 || slices.Contains(got, p) {
			t.Errorf("%q: kept %d paragraphs", p, len(got))
		}
	}
	for _, p := range []string{"Additional reporting by Tom Doe. Editing by Ann Roe.", "Alice Hill is Balkans correspondent of The Pinsk Gazette. Follow her 🚨.", "Alice Hill is a reporter at The Gazette."} {
		a := Article{Text: filler + "\n\n" + filler + "\n\n" + p}
		if got := a.paragraphs(lists); len(got) != 2 {
			t.Errorf("%q is kept", p)
		}
	}
	for _, p := range []string{"Alice Hill, who reports the dam is safe, left Pinsk.", "Alice Hill is the minister whom no reporter likes.", "By Monday Pinsk, Brest and Minsk had fallen silent.", "Alice Hill, 54, Pinsk", "Treasury reports on Brest"} {
		a := Article{Text: filler + "\n\n" + p + "\n\n" + filler + "\n\nHill said so, too."}
		if got := a.paragraphs(lists); len(got) != 4 {
			t.Errorf("%q is taken for the page", p)
		}
	}
}
