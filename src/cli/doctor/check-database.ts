import type { Client } from 'pg'
import { commandLine } from '../../command-line'
import type { App } from '../../app/define-app'
import { onSource } from '../../source/inspect-source'
import type { Finding } from '../../dev-stack/machine/finding'
import type { Advise, PublicationCheckOptions } from './check-publication'
import { checkPublication } from './check-publication'
import type { SlotCheckOptions } from './check-slots'
import { checkSlots } from './check-slots'

/** Names from the connector file. */
export interface DatabaseCheckOptions extends PublicationCheckOptions, SlotCheckOptions {
  readonly app: Pick<App, 'name' | 'commands'>
  readonly url: string
  readonly role: string
}

/** What change data capture needs of the server. Throws FactsError DATABASE_UNAVAILABLE. */
export async function checkDatabase(options: DatabaseCheckOptions): Promise<readonly Finding[]> {
  const { host, pathname } = new URL(options.url)
  return onSource(options.url, async (client) => {
    const migrates = await isOwn(client, options, pathname.slice(1))
    const advise: Advise = (otherwise) =>
      migrates ? `Run the migration: ${commandLine('migrate')}.` : otherwise
    return [
      await server(client, host),
      await walLevel(client),
      await keptWal(client),
      await role(client, options.role, advise),
      await checkPublication(client, options, advise),
      ...(await checkSlots(client, options)),
    ]
  })
}

/** Whether the database is the one that the application's own command migrates: empty and with its name, or with a table of its facts. */
async function isOwn(
  client: Client,
  { app, tables }: DatabaseCheckOptions,
  name: string,
): Promise<boolean> {
  if (!Object.hasOwn(app.commands, 'migrate')) return false
  const { rows } = await client.query<{ table: string }>(
    `SELECT n.nspname || '.' || c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`,
  )
  if (rows.length === 0) return name === app.name
  return rows.some(({ table }) => tables.includes(table))
}

async function one(client: Client, sql: string, values: readonly string[] = []): Promise<string> {
  const { rows } = await client.query<{ readonly value: string | null }>(sql, [...values])
  return rows[0]?.value ?? ''
}

async function server(client: Client, host: string): Promise<Finding> {
  const version = await one(client, `SELECT current_setting('server_version') AS value`)
  return { name: 'postgres', status: 'ok', detail: `${version} at ${host}` }
}

async function walLevel(client: Client): Promise<Finding> {
  const name = 'postgres wal_level'
  const level = await one(client, `SELECT current_setting('wal_level') AS value`)
  if (level === 'logical') return { name, status: 'ok', detail: level }
  return {
    name,
    status: 'fail',
    detail: `${level}, so no change can be captured [WAL_LEVEL_NOT_LOGICAL]`,
    remedy:
      'As a superuser run ALTER SYSTEM SET wal_level = logical and restart PostgreSQL (on RDS and Aurora: rds.logical_replication = 1 in the parameter group; on Cloud SQL: cloudsql.logical_decoding = on).',
  }
}

async function keptWal(client: Client): Promise<Finding> {
  const name = 'postgres max_slot_wal_keep_size'
  const limit = await one(client, `SELECT current_setting('max_slot_wal_keep_size') AS value`)
  if (limit !== '-1') return { name, status: 'ok', detail: limit }
  return {
    name,
    status: 'warn',
    detail: 'is -1: an inactive slot retains WAL until the disk is full and the database stops',
    remedy: `As a superuser: ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; SELECT pg_reload_conf(); Past it the slot is lost, and the connector and this say so.`,
  }
}

async function role(client: Client, user: string, advise: Advise): Promise<Finding> {
  const name = `postgres role ${user}`
  const sql = `SELECT concat_ws(',', rolcanlogin, rolreplication, rolsuper) AS value FROM pg_roles WHERE rolname = $1`
  const found = await one(client, sql, [user])
  if (found === '') {
    const remedy = advise(
      `CREATE ROLE ${user} LOGIN REPLICATION PASSWORD '...'; and let it read the tables: docs/source-database.md.`,
    )
    return { name, status: 'fail', detail: 'does not exist', remedy }
  }
  const [login, replication, superuser] = found.split(',')
  if (superuser === 't') {
    const detail = 'is superuser; capture needs LOGIN, REPLICATION and SELECT only'
    return { name, status: 'warn', detail, remedy: `ALTER ROLE ${user} NOSUPERUSER.` }
  }
  if (login === 't' && replication === 't') return { name, status: 'ok', detail: 'may replicate' }
  const remedy = `ALTER ROLE ${user} LOGIN REPLICATION.`
  return { name, status: 'fail', detail: 'lacks LOGIN or REPLICATION', remedy }
}
