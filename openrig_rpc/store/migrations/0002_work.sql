-- Tasks. `fence` grows with each claim; `owner_id` and `generation` say whose it is, `due_seconds` how long it may take.
CREATE TABLE task (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, rig TEXT NOT NULL, title TEXT NOT NULL,
  body TEXT NOT NULL, state TEXT NOT NULL, creator TEXT NOT NULL, creator_id TEXT, destination TEXT NOT NULL,
  owner TEXT, owner_id TEXT, generation INTEGER, fence INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL,
  urgency TEXT NOT NULL, tags TEXT NOT NULL, parent TEXT REFERENCES task (id), handed_from TEXT REFERENCES task (id),
  evidence TEXT, closure_reason TEXT, closure_target TEXT, due_seconds REAL NOT NULL, due_at TEXT NOT NULL,
  warned_at TEXT, claimed_at TEXT, created_at TEXT NOT NULL, changed_at TEXT NOT NULL, deleted_at TEXT
) STRICT;
CREATE INDEX task_open ON task (rig, state, number) WHERE state IN ('pending', 'inProgress', 'blocked');
CREATE INDEX task_owned ON task (owner_id) WHERE state IN ('inProgress', 'blocked');
CREATE INDEX task_due ON task (due_at) WHERE warned_at IS NULL AND state IN ('pending', 'inProgress', 'blocked');

-- Whom a task is for: an agent's address, `pod.*@rig`, `*@rig` or `human@rig`.
CREATE TABLE task_for (
  task TEXT NOT NULL REFERENCES task (id), destination TEXT NOT NULL, PRIMARY KEY (task, destination)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_blocker (
  task TEXT NOT NULL REFERENCES task (id), blocker TEXT NOT NULL REFERENCES task (id), PRIMARY KEY (task, blocker)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_blocks ON task_blocker (blocker);

CREATE TABLE task_comment (
  number INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL REFERENCES task (id), actor TEXT NOT NULL,
  body TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX task_comments ON task_comment (task, number);

-- Rooms: what a rig says to everybody. `number` counts in its room.
CREATE TABLE post (
  rig_id TEXT NOT NULL, room TEXT NOT NULL, number INTEGER NOT NULL, rig TEXT NOT NULL, sender TEXT NOT NULL,
  body TEXT NOT NULL, topic TEXT, mentions TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (rig_id, room, number)
) STRICT, WITHOUT ROWID;

-- The last nudge of an agent about a task: while its message waits, another one is merged with it.
CREATE TABLE task_nudge (
  task TEXT NOT NULL REFERENCES task (id), agent_id TEXT NOT NULL, message_id TEXT NOT NULL, reasons TEXT NOT NULL,
  PRIMARY KEY (task, agent_id)
) STRICT, WITHOUT ROWID;
