package telegramtest

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the forms of picture that a server reads, beside the next two
	_ "image/jpeg"
	_ "image/png"
	"strings"
)

// The sizes of files and of what stands below them: https://core.telegram.org/bots/api#sendphoto and #senddocument.
const (
	maxPhoto    = 10 << 20
	maxDocument = 50 << 20
	maxSides    = 10000 // width and height together, in pixels
	maxRatio    = 20    // of the longer side to the shorter
	maxCaption  = 1024  // UTF-16 code units, when parsed
)

// A File is one that was uploaded with a message.
type File struct {
	Name          string
	Type          string // as the form says
	Data          []byte
	Photo         bool // shown as a picture
	Width, Height int  // of a photo
}

// mayHold says whether the bot may send such a message there.
func (c *chat) mayHold(file *File) *apiError {
	if file == nil || !c.NoFiles || c.Bot == Admin || c.Bot == Creator {
		return nil
	}
	if file.Photo {
		return refuse("not enough rights to send photos to the chat")
	}
	return refuse("not enough rights to send documents to the chat")
}

// readCaption is readContent for the words below a file, which may be missing.
func readCaption(p params) (content, *apiError) {
	c := content{raw: p.get("caption"), mode: p.get("parse_mode")}
	if len(c.raw) > maxRaw {
		return c, refuse("message caption is too long")
	}
	if c.raw != "" {
		parsed, err := parse(c.raw, c.mode)
		switch {
		case errors.Is(err, errParseMode), errors.Is(err, errUTF8):
			return c, refuse(err.Error())
		case err != nil:
			return c, refuse("can't parse entities: " + err.Error())
		case units(trim(clean(parsed)).Text) > maxCaption:
			return c, refuse("message caption is too long")
		}
		c.text = Finish(parsed)
	}
	var bad *apiError
	c.keys, bad = keyboard(p.get("reply_markup"))
	return c, bad
}

// uploaded is the file that a call brings under a field. Numbers of files that the server has, and addresses it may read, are not modelled.
func (s *Server) uploaded(field string) (*File, *apiError) {
	f, ok := s.files[field]
	switch {
	case !ok:
		return nil, refuse(fmt.Sprintf("there is no %s in the request", field))
	case len(f.Data) == 0:
		return nil, refuse("file must be non-empty")
	case f.Name == "" || strings.ContainsAny(f.Name, "/\\\"\r\n"):
		return nil, refuse("wrong file name") // the server makes a name of its own out of such; a bot should not count on it
	}
	return &f, nil
}

func (s *Server) sendPhoto(p params) (any, *apiError) {
	text, bad := readCaption(p)
	if bad != nil {
		return nil, bad
	}
	f, bad := s.uploaded("photo")
	if bad != nil {
		return nil, bad
	}
	f.Photo = true
	if n := len(f.Data); n > maxPhoto {
		return nil, refuse(fmt.Sprintf("file of size %d bytes is too big for a photo; the maximum size is %d bytes", n, maxPhoto))
	}
	picture, _, err := image.DecodeConfig(bytes.NewReader(f.Data))
	if err != nil {
		return nil, refuse("IMAGE_PROCESS_FAILED")
	}
	if _, _, err := image.Decode(bytes.NewReader(f.Data)); err != nil {
		return nil, refuse("IMAGE_PROCESS_FAILED")
	}
	f.Width, f.Height = picture.Width, picture.Height
	if f.Width+f.Height > maxSides || max(f.Width, f.Height) > maxRatio*min(f.Width, f.Height) {
		return nil, refuse("PHOTO_INVALID_DIMENSIONS")
	}
	return s.post(p, "sendphoto", text, f)
}

func (s *Server) sendDocument(p params) (any, *apiError) {
	text, bad := readCaption(p)
	if bad != nil {
		return nil, bad
	}
	f, bad := s.uploaded("document")
	if bad != nil {
		return nil, bad
	}
	if len(f.Data) > maxDocument {
		return nil, &apiError{Code: 413, Description: "Request Entity Too Large"}
	}
	return s.post(p, "senddocument", text, f)
}

// json adds what the Bot API gives of a file.
func (f *File) json(m *Message, j map[string]any) {
	id := fmt.Sprintf("file-%d-%d", m.Chat, m.ID)
	size := map[string]any{"file_id": id, "file_unique_id": id, "file_size": len(f.Data)}
	if f.Photo {
		size["width"], size["height"] = f.Width, f.Height
		j["photo"] = []any{size}
		return
	}
	size["file_name"], size["mime_type"] = f.Name, f.Type
	j["document"] = size
}
