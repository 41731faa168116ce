package feeds

import (
	"fmt"
	"net/url"
	"os"

	"vestnik/internal/news"
)

// readFile reads the document of a file: address. "file:///a/b" is absolute, "file:a/b" relative to the working directory.
// Only regular files are read: a pipe would block, a device might never end.
func readFile(u *url.URL, limit int64) (reply, error) {
	path := u.Path
	if u.Opaque != "" { // file:a/b
		p, err := url.PathUnescape(u.Opaque)
		if err != nil {
			return reply{}, failed(news.ErrAddress, "address "+show(u), err)
		}
		path = p
	}
	if path == "" || u.Host != "" && u.Host != "localhost" || u.RawQuery != "" {
		return reply{}, failed(news.ErrAddress, "address "+show(u)+": want file:///absolute/path or file:relative/path", nil)
	}
	info, err := os.Stat(path) // before opening, which would block on a pipe
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	if err != nil {
		return reply{}, failed(news.ErrAddress, "", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return reply{}, failed(news.ErrAddress, "", err)
	}
	defer f.Close()
	var r reply
	r.body, r.cut, err = readBody(f, "", limit, info.Size())
	return r, err
}
