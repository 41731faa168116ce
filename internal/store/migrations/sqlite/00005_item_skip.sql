-- Why no alert was owed for an item, whatever it is on. The ledger tells it only of watchlists that it was on when it came.

-- +goose Up

ALTER TABLE items ADD COLUMN skip TEXT NOT NULL DEFAULT '';
UPDATE items SET skip = (SELECT reason FROM alerts WHERE item_id = items.id AND reason IN ('backlog', 'too old') LIMIT 1)
    WHERE id IN (SELECT item_id FROM alerts WHERE reason IN ('backlog', 'too old'));
-- Of items on no watchlist the ledger is silent: those seen by the first poll that read the feed were its backlog. Whether an item was too
-- old is not known any more, nor which of them a feed's backfill let through.
UPDATE items SET skip = 'backlog' WHERE skip = '' AND seen <= (SELECT first_success FROM feeds WHERE id = items.feed_id)
    AND NOT EXISTS (SELECT 1 FROM alerts WHERE item_id = items.id);
