-- Further files of an entry, by name: what is known of it that is no row of a sample, as of its sound.

CREATE TABLE attachments (
  entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  file_name TEXT NOT NULL UNIQUE,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,            -- over the whole file
  PRIMARY KEY (entry, name)
) WITHOUT ROWID;

PRAGMA user_version = 7;
