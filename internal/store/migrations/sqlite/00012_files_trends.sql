-- Files that go with messages, and since when a watchlist is watched. Times: see 00001.

-- +goose Up

-- The contents are there as long as the message waits to be posted; name and type stay.
ALTER TABLE messages ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN file_type TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN file_data BLOB;

-- When the configuration brought a watchlist, or brought it back: before that, nothing says how often it is mentioned. Of those that are there already
-- the oldest item tells.
ALTER TABLE watchlists ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
UPDATE watchlists SET since = coalesce((SELECT min(published) FROM matches WHERE watchlist = watchlists.id AND is_over = 1), unixepoch() * 1000);
