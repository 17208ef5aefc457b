-- What rigs were: enough to bring their conversations back.
CREATE TABLE snapshot (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, rig_id TEXT NOT NULL REFERENCES rig (id),
  kind TEXT NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX snapshot_rig ON snapshot (rig_id, number);
