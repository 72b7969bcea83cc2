-- Numbers that stand beside an entry's rows of one set, and what they were computed under.  They can be computed anew.

CREATE TABLE companion_files (
  id INTEGER PRIMARY KEY,
  file_name TEXT NOT NULL UNIQUE,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL             -- over the whole file
);

CREATE TABLE companion_grounds (
  id INTEGER PRIMARY KEY,
  under TEXT NOT NULL UNIQUE
);

CREATE TABLE companions (
  entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  descriptor_set INTEGER NOT NULL REFERENCES descriptor_sets (id),
  ground INTEGER NOT NULL REFERENCES companion_grounds (id),
  file INTEGER NOT NULL REFERENCES companion_files (id),
  first_byte INTEGER NOT NULL,
  num_rows INTEGER NOT NULL,
  width INTEGER NOT NULL,          -- numbers beside each row, little-endian float64
  sha256 TEXT NOT NULL,            -- over the entry's own bytes
  PRIMARY KEY (entry, descriptor_set)
) WITHOUT ROWID;

CREATE INDEX companions_file ON companions (file);

PRAGMA user_version = 4;
