package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrChanged is why Replace left a file alone that is not as its caller read it.
var ErrChanged = errors.New("it was changed meanwhile: run it again")

// Replace puts data in place of the file's content before, in one step: whoever reads the file sees the one or the other. The file keeps its mode and, as
// far as the system lets it, its owner; a link goes on pointing to it. A file that may not be written is left alone although its folder would let it
// be replaced.
func Replace(path string, before, data []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	info, err := os.Stat(target)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if info.Mode().Perm()&0o222 == 0 {
		return fmt.Errorf("write %s: it is read-only", path)
	}
	w, err := os.OpenFile(target, os.O_WRONLY, 0) // may this user write it?
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	w.Close()

	f, err := os.CreateTemp(filepath.Dir(target), ".vestnik-*")
	if err != nil {
		return fmt.Errorf("write %s: a file beside it cannot be made, so it cannot be replaced in one step: %w", path, err)
	}
	defer os.Remove(f.Name()) // nothing is there any more when all went well
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if err == nil {
		keepOwner(f, info)
		err = f.Sync() // after a power cut the file is whole
	}
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	now, err := os.ReadFile(target)
	if err == nil && !bytes.Equal(now, before) {
		err = ErrChanged
	}
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
