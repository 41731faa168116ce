-- What stands for the items of a feed's last document, so that they are not read again. Times: see 00001.

-- +goose Up

ALTER TABLE feeds ADD COLUMN entries  TEXT    NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN whole_at INTEGER NOT NULL DEFAULT 0; -- when all items of a document were read last
