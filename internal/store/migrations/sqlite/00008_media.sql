-- Pictures, sound and video that the feed names beside an item.

-- +goose Up

ALTER TABLE items ADD COLUMN media TEXT NOT NULL DEFAULT ''; -- JSON array of {url, type}, '' for none
