package telegram

import (
	"encoding/json"

	"vestnik/internal/command"
)

// A markup is what news.Message.Markup holds: how the text is to be read, and the buttons below it. A message without one is plain text.
type markup struct {
	HTML     bool       `json:"html,omitempty"`
	Keyboard [][]button `json:"keyboard,omitempty"` // no row of it is empty: the Bot API refuses null
}

// A button as the Bot API reads it.
type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

const (
	buttonDataMost = 64 // bytes, the Bot API's limit
	buttonTextMost = 60 // code units: ours, more is cut off on every screen
)

func (m markup) String() string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and bools only
	}
	return string(b)
}

// readMarkup reads what String wrote; "" is plain text without buttons.
func readMarkup(s string) (m markup, err error) {
	if s != "" {
		err = json.Unmarshal([]byte(s), &m)
	}
	return m, err
}

// buttons is a keyboard of what can be pressed; nil when nothing can.
func buttons(rows [][]command.Button) [][]button {
	var keyboard [][]button
	for _, r := range rows {
		var row []button
		for _, b := range r {
			href, web := webAddress(b.URL)
			text := cut(clean(b.Text), buttonTextMost)
			switch {
			case text == "":
			case b.Data != "" && len(b.Data) <= buttonDataMost:
				row = append(row, button{Text: text, Data: b.Data})
			case b.Data == "" && web:
				row = append(row, button{Text: text, URL: href})
			}
		}
		if len(row) > 0 {
			keyboard = append(keyboard, row)
		}
	}
	return keyboard
}
