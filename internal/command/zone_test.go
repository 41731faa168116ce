package command

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestZones: every zone that can be chosen is known to the program itself, and no place is in two.
func TestZones(t *testing.T) {
	at := map[string]string{}
	for _, z := range zones() {
		if _, err := time.LoadLocation(z.name); err != nil {
			t.Errorf("%s: %v", z.name, err)
		}
		if got, _ := findZone(z.name); got != z.name {
			t.Errorf("%s is found as %q", z.name, got)
		}
		if data, ok := (press{verbZone, nil, z.name}).encode(); !ok {
			t.Errorf("%q is too long for a button", data)
		}
	}
	for line := range strings.Lines(zoneFile) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] == "#" {
			continue
		}
		for _, place := range words[1:] {
			if other, twice := at[plainZone(place)]; twice && other != words[0] {
				t.Errorf("%s is in %s and in %s", place, other, words[0])
			}
			at[plainZone(place)] = words[0]
		}
	}
	if len(zones()) < 400 || len(at) < 100 {
		t.Errorf("%d zones, %d places", len(zones()), len(at))
	}
}

func TestFindZone(t *testing.T) {
	for _, tt := range []struct {
		words, want string
		near        []string
	}{
		{"Europe/Minsk", "Europe/Minsk", nil}, {"EUROPE/minsk", "Europe/Minsk", nil}, {" minsk ", "Europe/Minsk", nil}, {"Мінск", "Europe/Minsk", nil},
		{"ҚАЗАҚСТАН", "Asia/Almaty", nil}, {"Орал", "Asia/Oral", nil}, {"los angeles", "America/Los_Angeles", nil}, {"Лос-Анджелес", "America/Los_Angeles", nil},
		{"кишинёв", "Europe/Chisinau", nil}, {"Кишинев", "Europe/Chisinau", nil},
		{"UTC", "UTC", nil}, {"gmt", "UTC", nil}, {"+0", "UTC", nil}, {"UTC+3", "Etc/GMT-3", nil}, {"utc +3", "Etc/GMT-3", nil}, {"−5", "Etc/GMT+5", nil}, {"+05:00", "Etc/GMT-5", nil}, {"+14", "Etc/GMT-14", nil},
		{"+15", "", nil}, {"-13", "", nil}, {"+5:30", "", nil}, {"+", "", nil}, {"++3", "", nil}, {"+0x3", "", nil}, {"", "", nil},
		{"Europe/Minks", "", []string{"Europe/Minsk"}}, {"Warszwa", "", []string{"Europe/Warsaw"}}, {"Новосибирк", "", []string{"Asia/Novosibirsk"}},
		{"Local", "", nil}, {"Factory", "", nil}, {"🇰🇿🇰🇿🇰🇿", "", nil}, {"אבגדה", "", nil}, {strings.Repeat("ә", 1000), "", nil},
	} {
		name, near := findZone(tt.words)
		if name != tt.want || len(tt.near) > 0 && !slices.Equal(near, tt.near) || tt.want == "" && tt.near == nil && len(near) > 0 {
			t.Errorf("%q: %q, near %q", tt.words, name, near)
		}
	}
	if name, near := findZone("Indiana"); name != "" || len(near) == 0 || len(near) > zonesShown {
		t.Errorf("several at once: %q, %q", name, near)
	}
	if got := zoneTitle("Etc/GMT-3"); got != "UTC+3" {
		t.Errorf("Etc/GMT-3 is shown as %s", got)
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"минск", "минск", 0}, {"минск", "минкс", 1}, {"минск", "мінск", 1}, {"ab", "abc", 1}, {"kitten", "sitting", 3}, {"a", "abcdefgh", 8}} {
		if got := distance(tt.a, tt.b); got != tt.want || distance(tt.b, tt.a) != got {
			t.Errorf("%q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
