-- What paces a feed and what its board shows. Times: see 00001.

-- +goose Up

ALTER TABLE feeds ADD COLUMN rhythm      TEXT    NOT NULL DEFAULT ''; -- when it publishes, a text that only package pulse reads
ALTER TABLE feeds ADD COLUMN pace        INTEGER NOT NULL DEFAULT 0;  -- milliseconds: the interval that the last poll decided on
ALTER TABLE feeds ADD COLUMN ttl         INTEGER NOT NULL DEFAULT 0;  -- milliseconds: how long its last document says it holds
ALTER TABLE feeds ADD COLUMN took        INTEGER NOT NULL DEFAULT 0;  -- milliseconds: how long it takes to answer, over its last polls
ALTER TABLE feeds ADD COLUMN gap_at      INTEGER NOT NULL DEFAULT 0;  -- when its last document was a suspected gap; 0: it was not
ALTER TABLE feeds ADD COLUMN moved_seen  INTEGER NOT NULL DEFAULT 0;  -- polls in a row that were led to moved_to, or read it there
ALTER TABLE feeds ADD COLUMN moved_since INTEGER NOT NULL DEFAULT 0;  -- the first of them
ALTER TABLE feeds ADD COLUMN pruned      INTEGER NOT NULL DEFAULT 0;  -- items dropped for their age, of items

-- Until now nobody counted what was dropped.
UPDATE feeds SET pruned = items;
UPDATE feeds SET pruned = max(feeds.items - kept.n, 0) FROM (SELECT feed_id, count(*) AS n FROM items GROUP BY feed_id) AS kept WHERE feeds.id = kept.feed_id;
