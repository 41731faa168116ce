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

-- What stories are told by, see package story: kept for as long as something new may be compared with it. The marks of all of them are read when a process
-- begins, so they are apart from the rest, and small. seq says in which order they were written, so that whoever has read them reads only what is new.
-- story_id and published repeat those of story_items.
CREATE TABLE story_marks (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id   INTEGER NOT NULL REFERENCES items (id),
    story_id  INTEGER NOT NULL,
    published INTEGER NOT NULL,
    bands     BLOB    NOT NULL
) STRICT;
CREATE INDEX story_marks_item ON story_marks (item_id);
CREATE INDEX story_marks_published ON story_marks (published);

CREATE TABLE story_prints (
    item_id INTEGER PRIMARY KEY REFERENCES items (id),
    clues   BLOB NOT NULL,
    sketch  BLOB NOT NULL
) STRICT;

-- Items on a watchlist whose story is found after they are written.
CREATE TABLE story_wait (item_id INTEGER PRIMARY KEY REFERENCES items (id)) STRICT;
INSERT INTO story_wait (item_id) SELECT DISTINCT item_id FROM matches WHERE is_over = 1;
