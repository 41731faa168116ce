package news

// A File goes with a message: a chart, a list to open elsewhere. The message's text is its caption.
type File struct {
	Name string // with its ending: "csto-30d.png"
	Type string // MIME type; "image/png" is shown as a picture, anything else is handed over as it is
	Data []byte
}
