-- A token may end by itself, and names the web pages that may use it.
ALTER TABLE token ADD COLUMN expires_at TEXT;
ALTER TABLE token ADD COLUMN origins TEXT NOT NULL DEFAULT '[]';
