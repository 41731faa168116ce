-- Chats, what they asked for, and messages that are replies, notices or edits. Times, flags: see 00001.

-- +goose Up

-- base is the address without topic. A row may be there before anybody told what sort of chat it is: kind is '' then.
CREATE TABLE chats (
    base       TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL DEFAULT '',
    language   TEXT    NOT NULL DEFAULT '',
    admitted   INTEGER NOT NULL DEFAULT 0,
    closed     TEXT    NOT NULL DEFAULT '', -- why nothing can be sent there; '' while open
    wait_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX chats_waiting ON chats (wait_until) WHERE wait_until <> 0;

-- Chats that have another address now. current is never itself an old one, so one look is enough.
CREATE TABLE chat_aliases (
    old     TEXT PRIMARY KEY,
    current TEXT NOT NULL
) STRICT;

CREATE TABLE mutes (
    chat      TEXT    NOT NULL, -- address, topic included
    watchlist TEXT    NOT NULL,
    until     INTEGER NOT NULL,
    PRIMARY KEY (chat, watchlist)
) STRICT, WITHOUT ROWID;

CREATE TABLE invites (
    hash       TEXT    PRIMARY KEY, -- of the code; the code itself is not kept
    invited_by TEXT    NOT NULL,
    expires    INTEGER NOT NULL,
    used_by    TEXT    NOT NULL DEFAULT '', -- '' again when that chat asked to be forgotten; used_at stays
    used_at    INTEGER NOT NULL DEFAULT 0
) STRICT;

ALTER TABLE messages ADD COLUMN kind     TEXT    NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN target   TEXT    NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN markup   TEXT    NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN silent   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN key      TEXT    NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN tries    INTEGER NOT NULL DEFAULT 0; -- times it was posted without a clear answer
ALTER TABLE messages ADD COLUMN tried_at INTEGER NOT NULL DEFAULT 0; -- the last of them
CREATE UNIQUE INDEX messages_key ON messages (key) WHERE key <> '';
CREATE INDEX messages_ref ON messages (sink_ref) WHERE sink_ref <> '';
CREATE INDEX messages_sent ON messages (sent_at) WHERE sent_at <> 0;
CREATE INDEX messages_tried ON messages (tried_at) WHERE tried_at <> 0;

CREATE INDEX alerts_owed_chat ON alerts (chat, id, item_id) WHERE state = 'owed';
CREATE INDEX items_url ON items (url) WHERE url <> '';
