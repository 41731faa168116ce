-- Stories: items that tell the same event. Times: see 00001.

-- +goose Up

CREATE TABLE stories (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    began INTEGER NOT NULL, -- when its first item was published
    last  INTEGER NOT NULL  -- when its newest was
) STRICT;
CREATE INDEX stories_last ON stories (last);

-- An item that is not here belongs to no story, or its story has still to be found. published repeats the item's.
CREATE TABLE story_items (
    item_id   INTEGER PRIMARY KEY REFERENCES items (id),
    story_id  INTEGER NOT NULL REFERENCES stories (id),
    published INTEGER NOT NULL,
    is_copy   INTEGER NOT NULL,
    tie       TEXT    NOT NULL
) STRICT;
CREATE INDEX story_items_story ON story_items (story_id, published, item_id);
