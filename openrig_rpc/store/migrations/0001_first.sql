-- Nouns that live whole in memory (rigs, agents) are documents; what is searched has columns.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE rig (id TEXT PRIMARY KEY, name TEXT NOT NULL, doc TEXT NOT NULL, deleted_at TEXT) STRICT;
CREATE UNIQUE INDEX rig_name ON rig (name) WHERE deleted_at IS NULL;

CREATE TABLE revision (
  rig_id TEXT NOT NULL REFERENCES rig (id), revision INTEGER NOT NULL, digest TEXT NOT NULL, spec TEXT NOT NULL,
  actor TEXT NOT NULL, at TEXT NOT NULL, summary TEXT NOT NULL, PRIMARY KEY (rig_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent (
  id TEXT PRIMARY KEY, rig_id TEXT NOT NULL REFERENCES rig (id), pod TEXT NOT NULL, member TEXT NOT NULL,
  position INTEGER NOT NULL, doc TEXT NOT NULL, removed_at TEXT
) STRICT;
CREATE UNIQUE INDEX agent_place ON agent (rig_id, pod, member) WHERE removed_at IS NULL;

CREATE TABLE message (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT REFERENCES agent (id),
  rig TEXT NOT NULL, recipient TEXT NOT NULL, sender TEXT NOT NULL, sender_id TEXT, body TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT, turn TEXT, attempts INTEGER NOT NULL DEFAULT 0, mode TEXT NOT NULL,
  raw INTEGER NOT NULL, reply_to TEXT, created_at TEXT NOT NULL, delivered_at TEXT, submitted_at TEXT, expires_at TEXT
) STRICT;
CREATE INDEX message_open ON message (agent_id, number)
  WHERE state IN ('accepted', 'held', 'delivering', 'delivered');
CREATE INDEX message_recipient ON message (recipient, number);
CREATE INDEX message_sender ON message (sender, number);

CREATE TABLE inbox (
  id TEXT PRIMARY KEY, rig TEXT NOT NULL, since TEXT NOT NULL, doc TEXT NOT NULL, done_at TEXT, done_by TEXT
) STRICT;
CREATE INDEX inbox_open ON inbox (since) WHERE done_at IS NULL;

-- Kept for ever: a key used twice gives the first answer, however late.
CREATE TABLE idempotency (
  principal TEXT NOT NULL, key TEXT NOT NULL, method TEXT NOT NULL, digest TEXT NOT NULL, result TEXT NOT NULL,
  at TEXT NOT NULL, PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  hash TEXT PRIMARY KEY, principal TEXT NOT NULL, name TEXT NOT NULL, created_at TEXT NOT NULL, revoked_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE trust (hash TEXT PRIMARY KEY, actor TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The journal. Mutations are chained: hash = H(hash of the mutation before, this row but its body). A body can be
-- purged without breaking the chain, because only its digest is in it. Observations have no hash and may be pruned.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL, rig TEXT, agent TEXT, actor TEXT NOT NULL,
  data TEXT, before TEXT, after TEXT NOT NULL, hash TEXT
) STRICT;
