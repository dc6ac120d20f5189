import { HEARTBEAT } from '../../source/capture-rules'
import { identifier } from '../../source/check-identity'
import type { AppNames, TablePlan } from '../plan'
import { HANDS_OFF } from './hands-off'

/**
 * The SQL that lets a database be captured: login role, publication, heartbeat, rights. It may be run again, changes only what is
 * missing, and is the same for every database that has the tables.
 */
export function prepareSql(app: AppNames, tables: readonly TablePlan[]): string {
  const role = identifier(app.role)
  const publication = identifier(app.publication)
  const list = tables.map(({ table }) => `    ${text(table.quoted)}::regclass`)
  return `-- ${HANDS_OFF}
-- Run it as the owner of the tables: "facts prepare --apply" does, or psql -1 -f sql/prepare.sql. It may be run again.
-- The server needs wal_level = logical; "facts prepare" says whether it has it, and where to set it.

-- The role that Debezium logs in with: it reads the tables below and can change none of them. Its password is set by
-- "facts prepare --apply --password-file", or by ALTER ROLE ${role} PASSWORD '...'.
DO $facts$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${text(app.role)}) THEN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication') THEN
      CREATE ROLE ${role} LOGIN;
      GRANT rds_replication TO ${role};
    ELSE
      CREATE ROLE ${role} LOGIN REPLICATION;
    END IF;
  END IF;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${role}', current_database());
END
$facts$;

-- TRUNCATE is published: a reader that does not hear of it keeps rows that are gone.
DO $facts$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = ${text(app.publication)}) THEN
    CREATE PUBLICATION ${publication} WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true);
  END IF;
END
$facts$;

-- While only other tables change, the replication slot would keep all their WAL. The connector writes here now and then.
CREATE TABLE IF NOT EXISTS public.${HEARTBEAT} (id smallint PRIMARY KEY CHECK (id = 1), beat_at timestamptz NOT NULL);
GRANT USAGE ON SCHEMA public TO ${role};
GRANT INSERT (id, beat_at), UPDATE (beat_at), SELECT (id, beat_at) ON public.${HEARTBEAT} TO ${role};

DO $facts$
DECLARE
  captured regclass;
  part regclass;
BEGIN
  FOREACH captured IN ARRAY ARRAY[
    'public.${HEARTBEAT}'::regclass${list.length === 0 ? '' : ','}
${list.join(',\n')}
  ] LOOP
    IF captured <> 'public.${HEARTBEAT}'::regclass THEN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${role}',
        (SELECT nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid WHERE c.oid = captured));
      -- A snapshot reads the partitions.
      FOR part IN SELECT captured UNION SELECT relid FROM pg_partition_tree(captured) LOOP
        EXECUTE format('GRANT SELECT ON TABLE %s TO ${role}', part);
      END LOOP;
    END IF;
    IF NOT EXISTS (
      SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
      WHERE p.pubname = ${text(app.publication)} AND r.prrelid = captured
    ) THEN
      EXECUTE format('ALTER PUBLICATION ${publication} ADD TABLE ONLY %s', captured);
    END IF;
  END LOOP;
END
$facts$;
`
}

const text = (value: string): string => {
  const quoted = value.replaceAll("'", "''")
  return value.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`
}
