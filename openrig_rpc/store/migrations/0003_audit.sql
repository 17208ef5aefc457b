-- The journal is append-only: a row is never changed, but that its body may be purged, and a mutation is never removed.
CREATE TRIGGER event_new BEFORE INSERT ON event WHEN NEW.seq <= (SELECT max(seq) FROM event)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER event_same BEFORE UPDATE ON event
WHEN NEW.data IS NOT NULL OR NEW.seq IS NOT OLD.seq OR NEW.time IS NOT OLD.time OR NEW.kind IS NOT OLD.kind
  OR NEW.rig IS NOT OLD.rig OR NEW.agent IS NOT OLD.agent OR NEW.actor IS NOT OLD.actor
  OR NEW.before IS NOT OLD.before OR NEW.after IS NOT OLD.after OR NEW.hash IS NOT OLD.hash
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER event_kept BEFORE DELETE ON event WHEN OLD.hash IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Where the journal ends, so that rows missing at its end are missed.
CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO head (id, seq, hash)
  SELECT 1, coalesce(max(seq), 0),
    coalesce((SELECT hash FROM event WHERE hash IS NOT NULL ORDER BY seq DESC LIMIT 1), '') FROM event;
