-- Times are unix milliseconds UTC; 0 stands for "never". Flags are 0 or 1.

-- +goose Up

-- "Vstn": tells a Vestnik database from another program's.
PRAGMA application_id = 1450407022;

CREATE TABLE feeds (
    -- a copy of the configuration
    id            TEXT    PRIMARY KEY,
    url           TEXT    NOT NULL,
    outlet        TEXT    NOT NULL,
    country       TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    type          TEXT    NOT NULL,
    every         INTEGER NOT NULL, -- milliseconds, 0: the default interval
    timezone      TEXT    NOT NULL,
    allow_private INTEGER NOT NULL,
    backfill      INTEGER NOT NULL,
    removed_at    INTEGER NOT NULL DEFAULT 0, -- when it was first missing from the configuration; its items stay
    -- what is remembered between polls
    etag          TEXT    NOT NULL DEFAULT '',
    last_modified TEXT    NOT NULL DEFAULT '',
    body_hash     TEXT    NOT NULL DEFAULT '',
    due_at        INTEGER NOT NULL DEFAULT 0,
    first_success INTEGER NOT NULL DEFAULT 0,
    last_success  INTEGER NOT NULL DEFAULT 0,
    last_new      INTEGER NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0,
    error_class   TEXT    NOT NULL DEFAULT '',
    error_proof   TEXT    NOT NULL DEFAULT '',
    gaps          INTEGER NOT NULL DEFAULT 0,
    items         INTEGER NOT NULL DEFAULT 0, -- stored in all, pruned ones included
    -- who polls it: free when lease_until has passed. owner and round stay, to name the round it was last given to
    owner         TEXT    NOT NULL DEFAULT '',
    round         INTEGER NOT NULL DEFAULT 0,
    lease_until   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX feeds_due ON feeds (due_at, id) WHERE removed_at = 0;

-- AUTOINCREMENT: a number is never given twice, because keys outlive items and the full-text index follows by number.
-- published stands early so that reading it never walks the pages a long text overflows into.
CREATE TABLE items (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id    TEXT    NOT NULL REFERENCES feeds (id),
    published  INTEGER NOT NULL,
    seen       INTEGER NOT NULL,
    url        TEXT    NOT NULL,
    link       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    lang       TEXT    NOT NULL,
    author     TEXT    NOT NULL,
    categories TEXT    NOT NULL, -- JSON array, '' for none
    text       TEXT    NOT NULL
) STRICT;
CREATE INDEX items_news ON items (published, id);
CREATE INDEX items_seen ON items (seen);

-- No reference to items: a key that outlives its pruned item keeps the feed from bringing it as new again.
CREATE TABLE item_keys (
    feed_id TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    item_id INTEGER NOT NULL,
    PRIMARY KEY (feed_id, key)
) STRICT, WITHOUT ROWID;

-- published repeats the item's, so that "the newest of a watchlist" is read from one index.
CREATE TABLE matches (
    item_id   INTEGER NOT NULL REFERENCES items (id),
    watchlist TEXT    NOT NULL,
    published INTEGER NOT NULL,
    score     REAL    NOT NULL,
    is_over   INTEGER NOT NULL,
    hits      TEXT    NOT NULL, -- JSON array, '' for none
    excluded  TEXT    NOT NULL, -- JSON array, '' for none
    PRIMARY KEY (item_id, watchlist)
) STRICT, WITHOUT ROWID;
CREATE INDEX matches_news ON matches (published, item_id) WHERE is_over = 1;
CREATE INDEX matches_watchlist ON matches (watchlist, published, item_id) WHERE is_over = 1;

-- A watchlist that left the configuration keeps its row: alerts that are still owed show its name.
CREATE TABLE watchlists (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

-- The source is part of the key: what a chat asked for itself outlives the same line in the configuration.
CREATE TABLE subscriptions (
    watchlist TEXT NOT NULL,
    chat      TEXT NOT NULL,
    source    TEXT NOT NULL CHECK (source IN ('config', 'chat')),
    PRIMARY KEY (watchlist, chat, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    chat     TEXT    NOT NULL,
    text     TEXT    NOT NULL,
    created  INTEGER NOT NULL,
    sent_at  INTEGER NOT NULL DEFAULT 0,
    sink_ref TEXT    NOT NULL DEFAULT '',
    refused  TEXT    NOT NULL DEFAULT '' -- why it will never be posted
) STRICT;
CREATE INDEX messages_frozen ON messages (id) WHERE sent_at = 0 AND refused = '';

CREATE TABLE alerts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id    INTEGER NOT NULL REFERENCES items (id),
    watchlist  TEXT    NOT NULL,
    chat       TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('owed', 'frozen', 'sent', 'skipped')),
    reason     TEXT    NOT NULL DEFAULT '',
    created    INTEGER NOT NULL,
    message_id INTEGER REFERENCES messages (id),
    UNIQUE (item_id, watchlist, chat)
) STRICT;
CREATE INDEX alerts_owed ON alerts (item_id, chat, id) WHERE state = 'owed';
CREATE INDEX alerts_message ON alerts (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE leases (
    name        TEXT    PRIMARY KEY,
    owner       TEXT    NOT NULL, -- '' when released
    epoch       INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Folded words of title and text; rowid is the item's number. Contentless: the words can be found but not read back.
CREATE VIRTUAL TABLE item_words USING fts5 (
    title, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);

-- The last item that item_words has taken in. One row.
CREATE TABLE index_mark (item_id INTEGER NOT NULL) STRICT;
INSERT INTO index_mark (item_id) VALUES (0);
