-- Wordings that items had before they were edited. Times: see 00001.

-- +goose Up

-- Wordings are numbered from 1; the present one, which stands in items, is one more than the highest here. Whatever is not edited has no row.
CREATE TABLE item_versions (
    item_id   INTEGER NOT NULL REFERENCES items (id),
    wording   INTEGER NOT NULL,
    replaced  INTEGER NOT NULL,
    skip      TEXT    NOT NULL,
    url       TEXT    NOT NULL,
    own_key   TEXT    NOT NULL, -- the item's key that says this wording is known; '' for the first, whose keys all stay
    next_key  TEXT    NOT NULL, -- the same of the next wording
    lang      TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    PRIMARY KEY (item_id, wording)
) STRICT;
CREATE INDEX item_versions_url ON item_versions (url) WHERE url <> '';

-- Items that the full-text index holds in an earlier wording.
CREATE TABLE index_again (item_id INTEGER PRIMARY KEY) STRICT;

-- The wording that the hits lie in. A row that was over its threshold stays when an edit takes the words away, with the number it had.
ALTER TABLE matches ADD COLUMN wording INTEGER NOT NULL DEFAULT 1;

-- The wording that caused the alert when an edit brought it; 0: the item came with it.
ALTER TABLE alerts ADD COLUMN wording INTEGER NOT NULL DEFAULT 0;
