import type { Client } from 'pg'
import type { Step } from './checker'

/**
 * Ground truth: what every committed transaction did to each row, written by a trigger in the same transaction. The
 * sequence grows along the changes of one row, because its lock puts the writers in order. A version outlives its row.
 */
const INSTALL = `
CREATE TABLE fault_history (
  seq bigserial PRIMARY KEY,
  id bigint NOT NULL,
  step text NOT NULL
);
CREATE TABLE fault_version (
  id bigint PRIMARY KEY,
  version int NOT NULL
);
CREATE FUNCTION fault_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO fault_history (id, step) VALUES (OLD.id, 'removed');
  ELSE
    INSERT INTO fault_history (id, step)
    VALUES (NEW.id, NEW.quantity || ' ' || coalesce(md5(NEW.notes), '-'));
    INSERT INTO fault_version (id, version) VALUES (NEW.id, NEW.quantity)
    ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER fault_record AFTER INSERT OR UPDATE OR DELETE ON wildapp_primary
FOR EACH ROW EXECUTE FUNCTION fault_record();
`

export async function installHistory(client: Client): Promise<void> {
  await client.query(INSTALL)
}

/** Its own slot on the WAL, from here on: what was committed, by another way than the trigger. */
export async function openSecondSlot(client: Client): Promise<void> {
  await client.query(`SELECT pg_create_logical_replication_slot('second', 'pgoutput')`)
}

/** Inserts, updates and deletes of the table that the second slot holds. */
export async function countSecondSlot(client: Client): Promise<number> {
  // The kind of a message is its first byte, the relation the four after it.
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) FROM pg_logical_slot_peek_binary_changes(
       'second', NULL, NULL, 'proto_version', '1', 'publication_names', 'wildapp_facts'
     ) WHERE get_byte(data, 0) IN (ascii('I'), ascii('U'), ascii('D'))
       AND substr(data, 2, 4) = int4send('wildapp_primary'::regclass::oid::int)`,
  )
  return Number(rows[0]?.count ?? 0)
}

export async function countHistory(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM fault_history')
  return Number(rows[0]?.count ?? 0)
}

/** Steps of each row, in order. */
export async function readHistory(client: Client): Promise<ReadonlyMap<string, readonly Step[]>> {
  const { rows } = await client.query<{ id: string; step: string }>(
    'SELECT id::text, step FROM fault_history ORDER BY seq',
  )
  const history = new Map<string, Step[]>()
  for (const { id, step } of rows) {
    const steps = history.get(id)
    if (steps === undefined) history.set(id, [step])
    else steps.push(step)
  }
  return history
}
