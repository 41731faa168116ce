-- What people said of alerts. Times: see 00001.

-- +goose Up

-- One verdict of a person on an item and a watchlist; a later one takes its place. They go with their item.
CREATE TABLE verdicts (
    item_id   INTEGER NOT NULL REFERENCES items (id),
    watchlist TEXT    NOT NULL,
    person    TEXT    NOT NULL,
    chat      TEXT    NOT NULL, -- base address of where it was said last
    good      INTEGER NOT NULL,
    reason    TEXT    NOT NULL DEFAULT '',
    said_at   INTEGER NOT NULL,
    PRIMARY KEY (item_id, watchlist, person),
    CHECK (good = 0 OR reason = '')
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_person ON verdicts (person);
CREATE INDEX verdicts_chat ON verdicts (chat);

-- What a watchlist alerted, for comparison with what people said was wrong.
CREATE INDEX alerts_sent ON alerts (watchlist, item_id) WHERE state = 'sent';
