import { Client } from 'pg'
import { FactsError } from '../../errors'
import type { Finding } from '../../stack/finding'
import type { PublicationCheckOptions } from './check-publication'
import { checkPublication } from './check-publication'

/** Names as in the connector file. */
export interface DatabaseCheckOptions extends PublicationCheckOptions {
  readonly url: string
  readonly slot: string
  readonly role: string
}

const START =
  'Start it (npm run stack, or docker compose up) or set database.url / FACTS_DATABASE_URL'

/** What change data capture needs of the server. Throws FactsError DATABASE_UNAVAILABLE. */
export async function checkDatabase(options: DatabaseCheckOptions): Promise<readonly Finding[]> {
  const client = new Client({
    connectionString: options.url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  })
  client.on('error', () => undefined)
  const { host } = new URL(options.url)
  try {
    await client.connect()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new FactsError(
      'DATABASE_UNAVAILABLE',
      `PostgreSQL does not let us in at ${host}: ${message || (code ?? 'no reason given')}. ${START}.`,
      { cause },
    )
  }
  try {
    return [
      await server(client, host),
      await walLevel(client),
      await role(client, options.role),
      await checkPublication(client, options),
      ...(await slots(client, options.slot)),
    ]
  } finally {
    await client.end().catch(() => undefined)
  }
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

async function role(client: Client, user: string): Promise<Finding> {
  const name = `postgres role ${user}`
  const sql = `SELECT concat_ws(',', rolcanlogin, rolreplication, rolsuper) AS value FROM pg_roles WHERE rolname = $1`
  const found = await one(client, sql, [user])
  const remedy = 'Run the migration: npm run migrate.'
  if (found === '') return { name, status: 'warn', detail: 'does not exist', remedy }
  const [login, replication, superuser] = found.split(',')
  if (superuser === 't') {
    const detail = 'is superuser; capture needs LOGIN, REPLICATION and SELECT only'
    return { name, status: 'warn', detail, remedy: `ALTER ROLE ${user} NOSUPERUSER.` }
  }
  if (login === 't' && replication === 't') return { name, status: 'ok', detail: 'may replicate' }
  return { name, status: 'fail', detail: 'lacks LOGIN or REPLICATION', remedy }
}

interface Slot {
  readonly slot_name: string
  readonly active: boolean
  readonly wal_status: string | null
  readonly held: string | null
}

/** The wanted slot, and every other one that nobody reads: an unread slot keeps WAL until the disk is full. */
async function slots(client: Client, wanted: string): Promise<readonly Finding[]> {
  const { rows } = await client.query<Slot>(
    `SELECT slot_name, active, wal_status,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS held
     FROM pg_replication_slots WHERE slot_type = 'logical' ORDER BY slot_name`,
  )
  const findings = rows
    .filter((slot) => slot.slot_name === wanted || !slot.active)
    .map((slot) => describe(slot, slot.slot_name === wanted))
  if (rows.some((slot) => slot.slot_name === wanted)) return findings
  const missing: Finding = {
    name: `postgres slot ${wanted}`,
    status: 'warn',
    detail: 'does not exist yet; the connector makes it',
    remedy: 'Register the connector: npm run register-connector.',
  }
  return [missing, ...findings]
}

function describe({ slot_name, active, wal_status, held }: Slot, wanted: boolean): Finding {
  const name = `postgres slot ${slot_name}`
  const detail = `${active ? 'active' : 'nobody reads it'}, WAL ${wal_status ?? 'unknown'}, ${held ?? 'nothing'} kept`
  if (wal_status === 'lost') {
    const remedy = wanted
      ? `Changes are lost between the slot and now. Drop the slot (SELECT pg_drop_replication_slot('${slot_name}')), then "facts resync --snapshot", and "facts resync --remove" when the snapshot is over: facts are then as the tables are, without what was between.`
      : `SELECT pg_drop_replication_slot('${slot_name}').`
    return { name, status: wanted ? 'fail' : 'warn', detail, remedy }
  }
  if (wal_status === 'unreserved') {
    const remedy =
      'It is about to be lost: raise max_slot_wal_keep_size, and let the connector catch up.'
    return { name, status: 'warn', detail, remedy }
  }
  if (active) return { name, status: 'ok', detail }
  const remedy = wanted
    ? 'Look at the connector: npm run register-connector.'
    : `It keeps WAL for nobody. When it is not needed: SELECT pg_drop_replication_slot('${slot_name}').`
  return { name, status: 'warn', detail, remedy }
}
