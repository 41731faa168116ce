package telegramtest

import (
	"encoding/json"
	"fmt"
)

// A Button is one of the inline keyboard under a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

const (
	maxButtonData = 64  // bytes of callback_data
	maxButtons    = 100 // in a keyboard
	maxRow        = 8   // buttons beside one another that clients show; more are refused
)

// keyboard reads reply_markup. Only inline keyboards are known: the bot has no others.
func keyboard(markup string) ([][]Button, *apiError) {
	if markup == "" {
		return nil, nil
	}
	var fields map[string]json.RawMessage
	if !json.Valid([]byte(markup)) {
		return nil, refuse("can't parse reply keyboard markup JSON object")
	}
	if err := json.Unmarshal([]byte(markup), &fields); err != nil || fields == nil {
		return nil, refuse("object expected as reply markup")
	}
	raw, ok := fields["inline_keyboard"]
	if !ok {
		return nil, refuse("only inline keyboards are known to telegramtest")
	}
	var rows []json.RawMessage
	if err := json.Unmarshal(raw, &rows); err != nil || rows == nil {
		return nil, refuse(`field "inline_keyboard" of the InlineKeyboardMarkup must be an Array`)
	}
	var keys [][]Button
	n := 0
	for _, r := range rows {
		var cells []json.RawMessage
		if err := json.Unmarshal(r, &cells); err != nil || cells == nil {
			return nil, refuse(`field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`)
		}
		var row []Button
		for _, cell := range cells {
			b, bad := button(cell)
			if bad != nil {
				return nil, bad
			}
			row = append(row, b)
		}
		n += len(row)
		if len(row) > maxRow || n > maxButtons {
			return nil, refuse("REPLY_MARKUP_TOO_LONG")
		}
		if len(row) > 0 {
			keys = append(keys, row)
		}
	}
	return keys, nil
}

func button(cell json.RawMessage) (Button, *apiError) {
	wrong := func(format string, args ...any) (Button, *apiError) {
		return Button{}, refuse("can't parse inline keyboard button: " + fmt.Sprintf(format, args...))
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(cell, &fields); err != nil || fields == nil {
		return wrong("InlineKeyboardButton must be an Object")
	}
	values := map[string]string{}
	for _, name := range []string{"text", "url", "callback_data"} {
		raw, ok := fields[name]
		if !ok && name == "text" {
			return wrong(`Can't find field "text"`)
		}
		var v string
		if ok && json.Unmarshal(raw, &v) != nil {
			return wrong("Field %q must be of type String", name)
		}
		values[name] = v
	}
	b := Button{Text: values["text"], Data: values["callback_data"], URL: values["url"]}
	switch {
	case b.Text == "":
		return Button{}, refuse("BUTTON_TEXT_EMPTY") // the server has no better words for it
	case b.URL != "":
		if link, ok := checkedLink(b.URL); ok {
			b.URL, b.Data = link, ""
			return b, nil
		}
		return Button{}, refuse(fmt.Sprintf("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL))
	case b.Data == "":
		return wrong("Text buttons are unallowed in the inline keyboard")
	case len(b.Data) > maxButtonData:
		return Button{}, refuse("BUTTON_DATA_INVALID")
	}
	return b, nil
}
