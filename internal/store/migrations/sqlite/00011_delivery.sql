-- How chats want what they are owed, and what they do not want to hear of. Times: see 00001.

-- +goose Up

-- The source is part of the key: what a chat set itself outlives, and goes before, what the configuration says for it.
CREATE TABLE preferences (
    chat   TEXT NOT NULL, -- address, topic included
    source TEXT NOT NULL CHECK (source IN ('config', 'chat')),
    quiet  TEXT NOT NULL, -- quiet hours, '' for none; it stands in wants, too
    wants  TEXT NOT NULL, -- JSON
    PRIMARY KEY (chat, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE muted (
    chat  TEXT    NOT NULL, -- address, topic included
    kind  TEXT    NOT NULL, -- watchlist, story or feed
    what  TEXT    NOT NULL, -- its id or number
    until INTEGER NOT NULL,
    PRIMARY KEY (chat, kind, what)
) STRICT, WITHOUT ROWID;
INSERT INTO muted (chat, kind, what, until) SELECT chat, 'watchlist', watchlist, until FROM mutes;
DROP TABLE mutes;
ALTER TABLE muted RENAME TO mutes;

ALTER TABLE watchlists ADD COLUMN urgency TEXT NOT NULL DEFAULT '';

-- An alert is not sent before it is due. One that has such a time was put off, and goes into a digest; 0: it goes at once.
ALTER TABLE alerts ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
DROP INDEX alerts_owed_chat;
CREATE INDEX alerts_owed_chat ON alerts (chat, due, id, item_id) WHERE state = 'owed';
CREATE INDEX alerts_put_off ON alerts (due) WHERE state = 'owed' AND due <> 0;

-- Messages that tell a story, and go on telling it: which, the item that stands first, and of how many items the text tells.
ALTER TABLE messages ADD COLUMN story_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN lead     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN told     INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_story ON messages (story_id, chat) WHERE story_id <> 0;
