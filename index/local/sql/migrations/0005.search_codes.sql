-- Short codes of rows, kept in memory to find what is worth reading; without them rows themselves are searched.

CREATE TABLE search_codes (
  id INTEGER PRIMARY KEY,
  file_name TEXT NOT NULL UNIQUE,
  descriptor_set INTEGER NOT NULL REFERENCES descriptor_sets (id),
  role TEXT NOT NULL CHECK (role IN ('work', 'background')),
  training TEXT NOT NULL,          -- names one training: what was trained together can be merged
  factory TEXT NOT NULL,           -- as FAISS writes it: IVF4096,PQ16
  num_codes INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL             -- over the whole file
);

CREATE TABLE search_code_parts (
  codes INTEGER NOT NULL REFERENCES search_codes (id) ON DELETE CASCADE,
  entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (codes, entry)
) WITHOUT ROWID;

CREATE INDEX search_code_parts_entry ON search_code_parts (entry);

PRAGMA user_version = 5;
