// Package seeds holds what the program starts from: digests of the five articles the project was given, told in our own words, and the
// reviewed profiles made from them. It must not interpret either: package profile reads articles, package config reads profiles.
package seeds

import (
	"embed"
	"io/fs"
)

//go:embed profiles.yaml
var profiles []byte

//go:embed *.md
var articles embed.FS

// Profiles returns profiles.yaml as it was when the program was built.
func Profiles() []byte { return append([]byte(nil), profiles...) }

// Articles returns the digests, one .md file each, in the root of the file system.
func Articles() fs.FS { return articles }
