-- The same content may stand under several ids: a film under two catalogue numbers, a source listed twice.
-- SQLite can't drop a constraint, so the table is made anew; other tables go on referring to it by its name and keys.

CREATE TABLE entries_anew (
  id INTEGER PRIMARY KEY,
  entry_id TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('work', 'background')),
  content_sha256 TEXT NOT NULL,
  duration_seconds REAL NOT NULL,
  num_samples INTEGER NOT NULL,
  num_indexed INTEGER NOT NULL,
  num_scenes INTEGER NOT NULL,
  added_utc TEXT NOT NULL,
  catalogue_json TEXT NOT NULL,
  record_sha256 TEXT NOT NULL      -- over everything the catalogue says of this entry
);

INSERT INTO entries_anew (id, entry_id, role, content_sha256, duration_seconds, num_samples, num_indexed, num_scenes,
  added_utc, catalogue_json, record_sha256)
SELECT id, entry_id, role, content_sha256, duration_seconds, num_samples, num_indexed, num_scenes,
  added_utc, catalogue_json, record_sha256 FROM entries;

DROP TABLE entries;

ALTER TABLE entries_anew RENAME TO entries;

CREATE INDEX entries_content ON entries (content_sha256);

PRAGMA user_version = 2;
