-- Entries may come without rows of an optional set, and get them later.

ALTER TABLE descriptor_sets ADD COLUMN is_optional INTEGER NOT NULL DEFAULT 0 CHECK (is_optional IN (0, 1));

UPDATE descriptor_sets SET is_optional = 1 WHERE name = 'clip';

PRAGMA user_version = 6;
