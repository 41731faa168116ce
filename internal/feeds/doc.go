// Package feeds fetches feed documents and turns them into items: RSS, Atom, RDF and JSON Feed, over HTTP or from a file.
// It must not remember anything between two fetches, decide when a feed is polled, or know what becomes of an item.
//
// A document goes one way: [Client.Fetch] gets its bytes (get.go, guard.go, file.go), decode.go makes them UTF-8,
// sniff.go tells a feed from a wall or a page, gofeed parses, repair.go mends what gofeed cannot read, and item.go,
// date.go and canonical.go make items of the entries. A document that is read wrong is a file in testdata/parse.
package feeds
