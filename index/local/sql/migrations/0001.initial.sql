-- The first catalogue: what stands in the library, and where its rows lie.
-- Every migration ends by setting user_version to its own number.

CREATE TABLE library (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  created_utc TEXT NOT NULL,
  written_by TEXT NOT NULL,        -- product version that wrote last
  generation INTEGER NOT NULL      -- goes up with every change; readers compare it
);

CREATE TABLE descriptor_sets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  weights_sha256 TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('float', 'binary')),
  dimensions INTEGER NOT NULL CHECK (dimensions > 0)
);

CREATE TABLE entries (
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
  record_sha256 TEXT NOT NULL,     -- over everything the catalogue says of this entry
  UNIQUE (role, content_sha256)
);

CREATE TABLE files (
  entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  source_path TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  facts_json TEXT NOT NULL
);

CREATE TABLE samples (
  entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  time_base_numerator INTEGER NOT NULL,
  time_base_denominator INTEGER NOT NULL,
  start_pts INTEGER NOT NULL,
  pts BLOB NOT NULL,
  scene BLOB NOT NULL,
  reason BLOB NOT NULL,
  gate BLOB NOT NULL,
  quality BLOB NOT NULL,
  box BLOB NOT NULL
);

CREATE TABLE scenes (
  entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  start_pts BLOB NOT NULL,
  end_pts BLOB NOT NULL,
  is_gradual BLOB NOT NULL
);

CREATE TABLE filter_ranges (
  entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  start_seconds REAL NOT NULL,
  end_seconds REAL NOT NULL,
  reason TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  PRIMARY KEY (entry, position)
) WITHOUT ROWID;

CREATE TABLE descriptor_rows (
  entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  descriptor_set INTEGER NOT NULL REFERENCES descriptor_sets (id),
  num_rows INTEGER NOT NULL,
  sha256 TEXT NOT NULL,            -- over the entry's rows as stored
  PRIMARY KEY (entry, descriptor_set)
) WITHOUT ROWID;

CREATE TABLE segments (
  id INTEGER PRIMARY KEY,
  file_name TEXT NOT NULL UNIQUE,
  descriptor_set INTEGER NOT NULL REFERENCES descriptor_sets (id),
  role TEXT NOT NULL CHECK (role IN ('work', 'background')),
  num_rows INTEGER NOT NULL CHECK (num_rows > 0),
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,            -- over the whole file
  header_sha256 TEXT NOT NULL      -- over the bytes before the first row, looked at on every opening
);

CREATE TABLE segment_parts (
  segment INTEGER NOT NULL REFERENCES segments (id) ON DELETE CASCADE,
  first_row INTEGER NOT NULL,
  num_rows INTEGER NOT NULL CHECK (num_rows > 0),
  entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (segment, first_row)
) WITHOUT ROWID;

CREATE INDEX segment_parts_entry ON segment_parts (entry);

PRAGMA user_version = 1;
