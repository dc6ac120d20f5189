import { sampleApp } from '../support/sample-config'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { checkDatabase } from '../../src/cli/doctor/check-database'
import { dropInvalidSlot } from '../../src/connector/slot-loss'
import type { Finding } from '../../src/dev-stack/machine/finding'
import type { Stack } from '../../src/dev-stack/stack'
import { startStack } from '../../src/dev-stack/start-stack'

jest.setTimeout(180_000)

const home = mkdtempSync(join(tmpdir(), 'facts-test-'))
let stack: Stack | undefined

afterEach(() => stack?.stop())
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Starts PostgreSQL with these settings and runs the statements in its application's database, as superuser. */
async function postgres(
  settings: Readonly<Record<string, string>>,
  ...statements: readonly string[]
): Promise<void> {
  stack = await startStack({
    application: 'wildapp',
    home,
    services: ['postgres'],
    settings: { postgres: settings },
  })
  await onSuperuser(...statements)
}

async function onSuperuser(...statements: readonly string[]): Promise<void> {
  const superuser = new URL(stack?.superuserUrl ?? '')
  superuser.pathname = '/wildapp'
  const client = new Client({ connectionString: superuser.href })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

async function look(): Promise<ReadonlyMap<string, Finding>> {
  const findings = await checkDatabase({
    app: sampleApp,
    url: stack?.endpoints.database?.url ?? '',
    publication: 'facts',
    tables: ['public.watched'],
    slot: 'facts',
    role: 'cdc',
  })
  return new Map(findings.map((finding) => [finding.name, finding]))
}

/** What is found when the statements of a finding's remedy were run, as they are printed. */
async function remedied(name: string): Promise<Finding | undefined> {
  const remedy = (await look()).get(name)?.remedy ?? ''
  const statements = remedy.match(/\b(?:ALTER|CREATE|SELECT) [^;]*?(?=;|\.$)/g) ?? []
  expect(statements).not.toEqual([])
  await onSuperuser(...statements)
  return (await look()).get(name)
}

/** The stack's settings are on the command line, which has precedence over the stored ones. */
const STORED_LIMIT = `DO $$ BEGIN ASSERT EXISTS (SELECT FROM pg_file_settings
  WHERE name = 'max_slot_wal_keep_size' AND setting = '50GB'); END $$`

/** What a connector does to its slot when it has read everything; PostgreSQL logs a snapshot by itself every 15 s. */
const ADVANCE = [
  'SELECT pg_log_standby_snapshot()',
  `SELECT pg_replication_slot_advance('facts', pg_current_wal_lsn())`,
]
const CAUGHT_UP = [...ADVANCE, ...ADVANCE]

test('a server without logical WAL fails and says how to change it', async () => {
  await postgres({ wal_level: 'replica' })
  expect((await look()).get('postgres wal_level')).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('WAL_LEVEL_NOT_LOGICAL') as string,
    remedy: expect.stringContaining('ALTER SYSTEM SET wal_level = logical') as string,
  })
})

test('a database that is not migrated gives warnings with the verb that fixes it', async () => {
  await postgres({})
  const findings = await look()
  expect(findings.get('postgres wal_level')).toMatchObject({ status: 'ok' })
  expect(findings.get('postgres role cdc')?.remedy).toContain('npm run migrate')
  expect(findings.get('postgres publication facts')?.remedy).toContain('npm run migrate')
  expect(findings.get('postgres slot facts')?.remedy).toContain('npm run register-connector')
})

test('a database of another application is never advised to migrate', async () => {
  await postgres({}, 'CREATE TABLE theirs (id int PRIMARY KEY)')
  const findings = [...(await look()).values()]
  expect(findings.filter(({ status }) => status === 'fail')).toHaveLength(2)
  expect(JSON.stringify(findings)).not.toContain('migrate')
  expect(await remedied('postgres role cdc')).toMatchObject({ status: 'ok' })
  expect(await remedied('postgres publication facts')).toMatchObject({
    detail: 'contains no table',
  })
  await onSuperuser('DROP TABLE theirs', 'DROP PUBLICATION facts', 'DROP ROLE cdc')
})

test('roles, publications and slots are judged as they are', async () => {
  await postgres(
    {},
    'CREATE ROLE cdc LOGIN',
    'CREATE TABLE watched (id int PRIMARY KEY)',
    'CREATE PUBLICATION facts FOR TABLE watched',
    `SELECT pg_create_logical_replication_slot('facts', 'pgoutput')`,
    `SELECT pg_create_logical_replication_slot('forgotten', 'pgoutput')`,
  )
  const findings = await look()
  expect(findings.get('postgres role cdc')).toMatchObject({ status: 'fail' })
  expect(findings.get('postgres publication facts')).toMatchObject({
    status: 'ok',
    detail: 'public.watched',
  })
  expect(findings.get('postgres slot facts')).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/inactive, WAL reserved/) as string,
  })
  expect(findings.get('postgres slot forgotten')).toMatchObject({ status: 'warn' })
  expect(await remedied('postgres role cdc')).toMatchObject({ status: 'ok' })
  await onSuperuser('ALTER ROLE cdc SUPERUSER')
  expect((await look()).get('postgres role cdc')).toMatchObject({ status: 'warn' })
  expect(await remedied('postgres role cdc')).toMatchObject({ status: 'ok' })
  expect(await remedied('postgres slot forgotten')).toBeUndefined()
})

test('a slot that may keep any amount of WAL is a warning, and PostgreSQL stores the limit that it names', async () => {
  await postgres({ max_slot_wal_keep_size: '-1' })
  expect(await remedied('postgres max_slot_wal_keep_size')).toMatchObject({ status: 'warn' })
  await onSuperuser(STORED_LIMIT, 'ALTER SYSTEM RESET max_slot_wal_keep_size')
})

test('a publication that leaves out what facts are made of fails, and says what to do', async () => {
  await postgres(
    {},
    'DROP PUBLICATION IF EXISTS facts',
    'CREATE TABLE IF NOT EXISTS watched (id int PRIMARY KEY)',
    'CREATE TABLE other (id int PRIMARY KEY)',
    'CREATE PUBLICATION facts FOR TABLE other',
  )
  const run = async (statement: string): Promise<Finding | undefined> => {
    await onSuperuser(statement)
    return (await look()).get('postgres publication facts')
  }
  expect(
    await run(
      `ALTER PUBLICATION facts SET TABLE watched; ALTER PUBLICATION facts SET (publish = 'insert, update')`,
    ),
  ).toMatchObject({ status: 'fail', detail: 'does not publish DELETE, TRUNCATE' })
  expect(await remedied('postgres publication facts')).toMatchObject({ status: 'ok' })
  expect(await run('ALTER PUBLICATION facts SET TABLE watched WHERE (id > 5)')).toMatchObject({
    status: 'warn',
    detail: 'omits rows of public.watched unless (id > 5)',
  })
  await onSuperuser('ALTER PUBLICATION facts ADD TABLE other')
  expect(await remedied('postgres publication facts')).toMatchObject({
    status: 'ok',
    detail: 'public.other, public.watched',
  })
})

test('a slot that retains WAL past its limit is a warning with the limit to set, until its connector has caught up', async () => {
  await postgres(
    { max_slot_wal_keep_size: '64MB', max_wal_size: '2GB' },
    `SELECT pg_create_logical_replication_slot('facts', 'pgoutput')
     WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'facts')`,
    ...CAUGHT_UP,
  )
  const slot = async (): Promise<Finding | undefined> => (await look()).get('postgres slot facts')
  const write = `SELECT pg_logical_emit_message(false, 'x', repeat('x', 16000000))`
  await onSuperuser(write, write, write)
  expect(await slot()).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/MB of WAL to confirm, and the slot is lost after \d+ MB more$/),
    remedy: expect.stringContaining('Raise max_slot_wal_keep_size') as string,
  })
  await onSuperuser(write, write, write)
  expect((await slot())?.detail).toContain('WAL unreserved')
  expect((await remedied('postgres slot facts'))?.detail).toContain('WAL unreserved')
  await onSuperuser(STORED_LIMIT, 'ALTER SYSTEM RESET max_slot_wal_keep_size', ...CAUGHT_UP)
  expect(await slot()).toMatchObject({
    detail: expect.stringMatching(/^inactive, WAL reserved, [^;]+ retained$/) as string,
    remedy: expect.stringContaining('register-connector') as string,
  })
})

test('a lost slot fails: changes are gone, and it has to be dropped by who may', async () => {
  await postgres(
    { max_slot_wal_keep_size: '16MB', max_wal_size: '32MB', min_wal_size: '32MB' },
    ...Array.from(
      { length: 6 },
      () => `SELECT pg_logical_emit_message(false, 'x', repeat('x', 16000000))`,
    ),
    'CHECKPOINT',
  )
  expect((await look()).get('postgres slot facts')).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(
      /has given up the replication slot facts .*CHANGES_LOST/,
    ) as string,
    remedy: expect.stringContaining('facts resync --all') as string,
  })
  await onSuperuser(`CREATE ROLE plain LOGIN PASSWORD 'plain'`)
  const plain = new URL(stack?.endpoints.database?.url ?? '')
  plain.username = plain.password = 'plain'
  const database = { url: plain.href }
  const refused = await dropInvalidSlot('facts', { database }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'NOT_AUTHORIZED' })
  await onSuperuser(/SELECT [^;]*/.exec((refused as Error).message)?.[0] ?? '')
  await dropInvalidSlot('facts', { database })
  expect((await look()).get('postgres slot facts')).toMatchObject({ status: 'warn' })
})

test('a slot that is not there is one to be made, or one that was lost, as the connector has read before or not', async () => {
  await postgres({})
  const slot = async (hasRead: boolean | undefined): Promise<Finding | undefined> => {
    const findings = await checkDatabase({
      app: sampleApp,
      url: stack?.endpoints.database?.url ?? '',
      publication: 'facts',
      tables: [],
      slot: 'none',
      role: 'cdc',
      hasRead: () => Promise.resolve(hasRead),
    })
    return findings.find(({ name }) => name === 'postgres slot none')
  }
  expect(await slot(false)).toMatchObject({
    status: 'warn',
    remedy: 'npm run register-connector.',
  })
  expect(await slot(true)).toMatchObject({
    status: 'fail',
    remedy: expect.stringContaining('facts resync --all') as string,
  })
  expect(await slot(undefined)).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining('Kafka Connect does not report') as string,
  })
})

test('a database that is not there is DATABASE_UNAVAILABLE, without its password', async () => {
  const url = 'postgres://someone:geheim@127.0.0.1:1/db'
  const looking = checkDatabase({
    app: sampleApp,
    url,
    publication: 'facts',
    tables: [],
    slot: 'facts',
    role: 'cdc',
  })
  await expect(looking).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.not.stringContaining('geheim') as string,
  })
})
