package config

import "os"

// StoreAddress is what the config file at path says of "store", for a look from outside that must work while the rest of the file is broken: the
// default when the file cannot be read or says nothing usable.
func StoreAddress(path string) string {
	c := Default()
	data, err := os.ReadFile(path)
	if err != nil {
		return c.Store
	}
	d, root := newDecoder(path, data)
	if root == nil {
		return c.Store
	}
	for _, f := range root.fields {
		if f.key == "store" {
			d.checked(&c.Store, checkStore)(f.value, "store")
		}
	}
	return c.Store
}
