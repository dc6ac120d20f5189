-- While only uncaptured tables change, the replication slot would keep all their WAL. The connector writes here now
-- and then (heartbeat.action.query), and because the table is published, its change moves the slot forward.
CREATE TABLE facts_heartbeat (
  id smallint PRIMARY KEY CHECK (id = 1),
  beat_at timestamptz NOT NULL
);
-- What `INSERT (id, beat_at) ... ON CONFLICT (id) DO UPDATE SET beat_at` needs, by column; no DELETE, no TRUNCATE.
GRANT INSERT (id, beat_at), UPDATE (beat_at), SELECT (id, beat_at) ON facts_heartbeat TO cdc;
ALTER PUBLICATION wildapp_facts ADD TABLE facts_heartbeat;
