-- When keys were last served, when watchlists went, and where feeds moved. Times: see 00001.

-- +goose Up

-- seen may be a week behind (see touchAfter); what is there already counts as served just now.
ALTER TABLE item_keys ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
UPDATE item_keys SET seen = unixepoch() * 1000;

-- A watchlist that comes back is a new one. Its row stays meanwhile, for its name.
ALTER TABLE watchlists ADD COLUMN removed_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE feeds ADD COLUMN moved_to    TEXT    NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN drift_key   TEXT    NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN document_at INTEGER NOT NULL DEFAULT 0; -- when its last document with items was read; an unchanged one is not read
