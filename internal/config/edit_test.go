package config

import (
	"errors"
	"strings"
	"testing"
)

func TestSetTelegram(t *testing.T) {
	const rest = "feeds:\n  - {id: a, url: \"https://a.example/\", outlet: A, country: BY, language: ru, type: state}\nwatchlists:\n  - {id: w, profiles: [tokayev]}\n"
	settings := []Setting{
		{Key: "token", Value: "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
		{Key: "channel", Value: "@news_by"},
		{Key: "admins", Values: []string{"42", "43"}},
		{Key: "access", Value: "invite"},
	}
	for name, before := range map[string]string{
		"shipped":   string(read(t, shipped)),
		"none":      rest,
		"no ending": strings.TrimSuffix(rest, "\n"),
		"some":      "# начало\ntelegram:\n  access: list   # кто\n  allowed: [1]\n" + rest,
	} {
		got, err := SetTelegram("config.yaml", []byte(before), settings)
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, got)
			continue
		}
		for line := range strings.Lines(before) {
			if _, comment, ok := strings.Cut(line, " # "); ok && !strings.Contains(string(got), comment) {
				t.Errorf("%s: the comment %q is lost", name, comment)
			}
		}
		c, err := Load(write(t, t.TempDir(), "config.yaml", string(got)), read(t, "testdata/profiles.yaml"))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, got)
		}
		if c.Telegram.Token.Reveal() != settings[0].Value || c.Telegram.Channel != "telegram:@news_by" ||
			strings.Join(c.Telegram.Admins, " ") != "telegram:42 telegram:43" || c.Telegram.Access != AccessInvite {
			t.Errorf("%s: %+v", name, c.Telegram)
		}
		again, err := SetTelegram("config.yaml", got, settings)
		if err != nil || string(again) != string(got) {
			t.Errorf("%s: a second time it is changed: %v", name, err)
		}
	}
	for name, before := range map[string]string{
		"a list over two lines":   "telegram:\n  admins: [1,\n    2]\n" + rest,
		"a section on one line":   "telegram: {}\n" + rest,
		"a file that is not YAML": "telegram: [\n" + rest,
	} {
		if got, err := SetTelegram("config.yaml", []byte(before), settings); err == nil {
			t.Errorf("%s was edited:\n%s", name, got)
		}
	}
	_, err := SetTelegram("config.yaml", []byte(rest), []Setting{{Key: "token", Value: "sekrit"}})
	var faults *Error
	if !errors.As(err, &faults) || strings.Contains(err.Error(), "sekrit") {
		t.Errorf("a bad token: %v", err)
	}
}
