-- That somebody chose the language a chat is answered in, so that what people there speak does not change it.

-- +goose Up

ALTER TABLE chats ADD COLUMN language_chosen INTEGER NOT NULL DEFAULT 0 CHECK (language_chosen IN (0, 1));
