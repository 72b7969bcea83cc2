-- What a filtered stretch is, and when somebody decided so.

ALTER TABLE filter_ranges ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';

ALTER TABLE filter_ranges ADD COLUMN decided_on TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 3;
