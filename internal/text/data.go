package text

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// readData calls read with the name, without ".txt", and the text of every file in a folder of embedded data. A mistake in the data is a mistake in the
// program: the package's tests load every file, and so panic first.
func readData(files embed.FS, folder string, read func(name, data string) error) {
	names, err := fs.Glob(files, folder+"/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err == nil {
			err = read(strings.TrimSuffix(path.Base(name), ".txt"), string(data))
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err))
		}
	}
}

// Prepare reads all embedded data, which is otherwise read when it is first asked for. It takes some 50 ms of one core, which a program that has files
// and a database to open meanwhile need not wait for.
func Prepare() {
	languages()
	spellings()
	people()
}
