import { sampleConfig } from '../support/sample-config'
import { getTableColumns, getTableName } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { Client } from 'pg'
import { migrate } from '../../monolith/migrate'
import { migrationFiles } from '../../monolith/migration-files'
import { primary } from '../../monolith/models/primary'
import { secondary } from '../../monolith/models/secondary'
import { tertiary } from '../../monolith/models/tertiary'
import type { Settings } from '../../monolith/settings'
import { runAppCommand } from '../../src/cli/run/run-app-command'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { onDatabase, withClient } from '../support/with-client'

let stack: TestStack
let client: Client
let said: string[]

jest.setTimeout(60_000)

const say = (line: string): void => void said.push(line)
const settings = (over: Partial<Settings> = {}): Settings => ({
  databaseUrl: stack.endpoints.database.url,
  adminDatabaseUrl: undefined,
  cdcPassword: undefined,
  ...over,
})

beforeEach(() => (said = []))
beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
  said = []
  await migrate(settings(), say)
  client = new Client({ connectionString: stack.endpoints.database.url })
  await client.connect()
}, 120_000)
afterAll(async () => {
  await client.end()
  await stack.stop()
}, 30_000)

/** An empty database of its own. */
async function emptyDatabase(name: string): Promise<string> {
  await client.query(`CREATE DATABASE ${name}`)
  return onDatabase(name, stack.endpoints.database.url)
}

test('a second run changes nothing', async () => {
  await expect(migrate(settings(), say)).resolves.toEqual({ applied: [] })
  expect(said).toEqual([])
})

test('two runs at once on an empty database apply every file once', async () => {
  const both = settings({ databaseUrl: await emptyDatabase('twice') })
  const results = await Promise.all([migrate(both, say), migrate(both, say)])
  expect(results.flatMap(({ applied }) => applied)).toEqual(
    migrationFiles().map(({ name }) => name),
  )
})

test('R76: an event for a subscriber that no consumer can be called is refused at its insert', async () => {
  const url = await emptyDatabase('subscribers')
  await migrate(settings({ databaseUrl: url }), say)
  await withClient(url, async (client) => {
    const insert = (subscriber: string | null): Promise<unknown> =>
      client.query(
        `INSERT INTO wildapp_event (type, subscriber, payload) VALUES ('insert', $1, '{}')`,
        [subscriber],
      )
    for (const name of ['a b', '', 'a\n', 'é', 'x'.repeat(129)]) {
      await expect(insert(name)).rejects.toThrow('wildapp_event_subscriber_reachable')
    }
    for (const name of [null, 'team-a', 'a.b_c:d@e', 'x'.repeat(128)]) await insert(name)
  })
})

test('a file that was changed after it had been applied is refused by name', async () => {
  const url = await emptyDatabase('changed')
  await migrate(settings({ databaseUrl: url }), say)
  await withClient(url, (other) =>
    other.query(`UPDATE schema_migrations SET checksum = 'x' WHERE name = '0003_publication.sql'`),
  )
  await expect(migrate(settings({ databaseUrl: url }), say)).rejects.toThrow(
    'The migration 0003_publication.sql was changed',
  )
})

test('a database of a newer version is refused', async () => {
  const url = await emptyDatabase('newer')
  await migrate(settings({ databaseUrl: url }), say)
  await withClient(url, (other) =>
    other.query(`INSERT INTO schema_migrations (name, checksum) VALUES ('0099_later.sql', 'x')`),
  )
  await expect(migrate(settings({ databaseUrl: url }), say)).rejects.toThrow('0099_later.sql')
})

describe('a database with other tables', () => {
  /** `facts migrate` without a terminal. */
  async function run(url: string, ...args: readonly string[]): Promise<number> {
    const config = sampleConfig({ env: { FACTS_HOME: stack.home, FACTS_DATABASE_URL: url } })
    return runAppCommand(['migrate', ...args], config, { onLine: say })
  }
  const tables = async (url: string): Promise<number> =>
    withClient(url, async (other) => {
      const { rowCount } = await other.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)
      return rowCount ?? 0
    })

  test.each([
    ['theirs', 'CREATE TABLE "Orders" (id int)', 'public."Orders"'],
    ['rails', 'CREATE TABLE schema_migrations (version text)', 'public.schema_migrations'],
  ])('is not touched without being asked for: %s', async (name, sql, named) => {
    const url = await emptyDatabase(name)
    await withClient(url, (other) => other.query(sql))
    await expect(run(url)).resolves.not.toBe(0)
    expect(said.join('\n')).toContain(named)
    expect(said.join('\n')).toContain('--yes')
    await expect(tables(url)).resolves.toBe(1)
  })

  test('is migrated with --yes, and not asked about again', async () => {
    const url = await emptyDatabase('agreed')
    await withClient(url, (other) => other.query('CREATE TABLE orders (id int)'))
    await expect(run(url, '--yes')).resolves.toBe(0)
    await expect(run(url)).resolves.toBe(0)
  })
})

test('a failing file leaves no part of itself', async () => {
  const url = await emptyDatabase('half')
  // The last statement of 0001 collides, so that everything before it has to be undone.
  await withClient(url, (other) => other.query('CREATE TABLE wildapp_primary (id int)'))
  await expect(migrate(settings({ databaseUrl: url }), say)).rejects.toThrow(
    /0001_models.sql failed and was rolled back: .*wildapp_primary/,
  )
  const left = await withClient(url, (other) =>
    other.query(`SELECT FROM pg_tables WHERE tablename = 'wildapp_tertiary'`),
  )
  expect(left.rowCount).toBe(0)
})

test('an owner that may not create roles gets an error with what an administrator has to do', async () => {
  const other = await startTestStack({ services: ['postgres'] })
  try {
    const superuser = other.superuserUrl!
    await withClient(superuser, async (admin) => {
      await admin.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`)
      await admin.query('CREATE DATABASE plain OWNER plain')
    })
    const owner = new URL(onDatabase('plain', superuser))
    owner.username = owner.password = 'plain'
    const asOwner = settings({ databaseUrl: owner.href, cdcPassword: 'new' })
    await expect(migrate(asOwner, say)).rejects.toThrow(
      /0002_capture_role.sql is not allowed: .*ADMIN_DATABASE_URL/,
    )
    await migrate({ ...asOwner, adminDatabaseUrl: onDatabase('plain', superuser) }, say)
    await withClient(`postgres://cdc:new@${owner.host}/plain`, (cdc) =>
      cdc.query('SELECT FROM wildapp_primary'),
    )
    await expect(migrate(asOwner, say)).rejects.toThrow('leave CDC_PASSWORD unset')
    await expect(migrate({ ...asOwner, cdcPassword: undefined }, say)).resolves.toEqual({
      applied: [],
    })
  } finally {
    await other.stop()
  }
})

test('a given password is set on every run and replaces the one before', async () => {
  const { host } = new URL(stack.endpoints.database.url)
  const login = (password: string): Promise<unknown> =>
    withClient(`postgres://cdc:${password}@${host}/wildapp`, (cdc) => cdc.query('SELECT 1'))
  await migrate(settings({ cdcPassword: 'first' }), say)
  await login('first')
  await migrate(settings({ cdcPassword: 'second' }), say)
  await login('second')
  await expect(login('first')).rejects.toThrow('password authentication failed')
  expect(said.join()).not.toContain('second')
})

test('the models have exactly the columns of the tables', async () => {
  for (const model of [tertiary, secondary, primary]) {
    const result = await client.query<{ name: string; type: string; nullable: boolean }>(
      `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable
       FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 ORDER BY a.attnum`,
      [getTableName(model)],
    )
    const columns: readonly PgColumn[] = Object.values(getTableColumns<PgTable>(model))
    const expected = columns.map((column) => ({
      name: column.name,
      type: sqlType(column.getSQLType()),
      nullable: !column.notNull,
    }))
    expect({ model: getTableName(model), columns: result.rows }).toEqual({
      model: getTableName(model),
      columns: expected,
    })
  }
})

test('a server without logical WAL is refused before anything is changed', async () => {
  const physical = await startTestStack({
    services: ['postgres'],
    settings: { postgres: { wal_level: 'replica' } },
  })
  try {
    const url = physical.endpoints.database.url
    await expect(migrate(settings({ databaseUrl: url }), say)).rejects.toThrow(
      /wal_level=replica.*ALTER SYSTEM SET wal_level = logical/,
    )
    const tables = await withClient(url, (other) =>
      other.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`),
    )
    expect(tables.rowCount).toBe(0)
  } finally {
    await physical.stop()
  }
})

/** drizzle's names for types as PostgreSQL writes them. */
function sqlType(type: string): string {
  const names: Record<string, string> = {
    timestamp: 'timestamp without time zone',
    time: 'time without time zone',
  }
  return (names[type] ?? type)
    .replace(/^varchar/, 'character varying')
    .replace(/^numeric\((\d+), (\d+)\)/, 'numeric($1,$2)')
}
