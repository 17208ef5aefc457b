-- What became of a rig's reminders since it came up; what they are is in the rig's document.
CREATE TABLE watchdog (
  id TEXT PRIMARY KEY, up_since TEXT NOT NULL, fired INTEGER NOT NULL, last_fired_at TEXT, message_id TEXT,
  stopped INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
