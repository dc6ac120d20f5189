import { sampleApp, sampleConfig } from '../support/sample-config'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { migrate } from '../../monolith/migrate'
import { runAppCommand } from '../../src/cli/run/run-app-command'
import type { AppConfig } from '../../src/app/app-config'
import { connectorFile } from '../../src/connector/connector-file'
import { connectorStatus } from '../../src/connector/connector-status'
import { registerConnector } from '../../src/connector/register-connector'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { createLogger } from '../../src/telemetry'
import { changeSettings, settingsFinding } from '../support/running-connector'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import type { TableChange } from '../support/table-changes'
import { tableChanges, topicOf } from '../support/table-changes'
import { comparable, TABLE_FORMS } from '../support/table-forms'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'

const TABLES = ['tertiary', 'secondary', 'primary'] as const

let stack: TestStack
let config: AppConfig
let client: Client
let log: KafkaLog

jest.setTimeout(60_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres', 'connect'] })
  config = sampleConfig({ env: { FACTS_HOME: stack.home } })
  const databaseUrl = config.database.url
  await migrate(
    { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined },
    () => undefined,
  )
  const code = await runAppCommand(['seed', '--number=300'], config, { onLine: () => undefined })
  expect(code).toBe(0)
  client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(`SET TIME ZONE 'UTC'`)
  const logger = createLogger({ level: 'silent', format: 'json' })
  log = new KafkaLog({ brokers: config.kafka.brokers, clientId: 'test', logger })
  await expect(registerConnector({ config })).resolves.toEqual({
    name: 'monolith',
    outcome: 'created',
  })
}, 180_000)
afterAll(async () => {
  await log.close()
  await client.end()
  await stack.stop()
}, 30_000)

const changes = (table: string, atLeast: number): Promise<readonly TableChange[]> =>
  tableChanges(log, table, atLeast)

/** The records of one key, once there are that many. */
async function historyOf(
  table: string,
  id: string,
  length: number,
): Promise<readonly TableChange[]> {
  return waitFor(`${length} records of ${table} ${id}`, async () => {
    const all = await changes(table, 1)
    const own = all.filter(({ key }) => String(key?.['id']) === id)
    return own.length >= length && own
  })
}

describe('the snapshot', () => {
  test('brings every row of each model once, in the JSON forms that the tables are decoded from', async () => {
    for (const table of TABLES) {
      const read = (await changes(table, 300)).map(({ value }) => value!)
      expect(read.map(({ op, before }) => ({ op, before }))).toEqual(
        Array.from({ length: 300 }, () => ({ op: 'r', before: null })),
      )
      const rows = await client.query<Record<string, unknown>>(
        `SELECT ${TABLE_FORMS[table]} FROM wildapp_${table}`,
      )
      expect(byId(read.map(({ after }) => comparable(after!)))).toEqual(
        byId(rows.rows.map((row) => comparable(row))),
      )
    }
  })

  test('takes parents before their children', async () => {
    const times = await Promise.all(
      TABLES.map(async (table) =>
        (await changes(table, 300))
          .filter(({ value }) => value?.op === 'r')
          .map(({ value }) => BigInt(value!.ts_ns))
          .sort((a, b) => (a < b ? -1 : 1)),
      ),
    )
    const [tertiary, secondary, primary] = times
    expect(tertiary!.at(-1)! < secondary![0]!).toBe(true)
    expect(secondary!.at(-1)! < primary![0]!).toBe(true)
  })

  test('makes the topics with the partitions that are configured', async () => {
    const names = [...TABLES.map(topicOf), 'monolith.transaction', '__debezium-heartbeat.monolith']
    const counts = await waitFor('the bookkeeping topics', async () => {
      const found = await log.admin.partitionCounts(names)
      return found.size === names.length && found
    })
    expect(Object.fromEntries(counts)).toEqual({
      ...Object.fromEntries(TABLES.map((table) => [topicOf(table), 6])),
      'monolith.transaction': 1,
      '__debezium-heartbeat.monolith': 1,
    })
  })
})

describe('the stream', () => {
  test('brings create, update without its large value, delete and tombstone, in that order', async () => {
    const id = '9007199254740993'
    await client.query(
      `INSERT INTO wildapp_primary (id, title, status, serial_number, amount, quantity, verified, notes, external_id, attributes, labels)
       VALUES ($1, 'streamed', 'draft', 9223372036854775807, 1, 1, true,
               (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i), gen_random_uuid(), '{}', '{}')`,
      [id],
    )
    await client.query(`UPDATE wildapp_primary SET status = 'active' WHERE id = $1`, [id])
    await client.query('DELETE FROM wildapp_primary WHERE id = $1', [id])
    const [created, updated, deleted, tombstone] = await historyOf('primary', id, 4)
    expect(created?.value).toMatchObject({
      op: 'c',
      after: { id, serial_number: '9223372036854775807', amount: '1.0000' },
      transaction: { total_order: 1 },
    })
    expect(created?.value?.after?.['notes']).toHaveLength(12_800)
    expect(updated?.value).toMatchObject({
      op: 'u',
      after: { status: 'active', notes: '__debezium_unavailable_value' },
    })
    expect(deleted?.value).toMatchObject({ op: 'd', before: { id }, after: null })
    expect(tombstone).toMatchObject({ value: null })
  })

  test('brings TRUNCATE, without a key', async () => {
    await client.query('CREATE TABLE wildapp_shelf (id int PRIMARY KEY)')
    await client.query(`SELECT facts_capture('wildapp_shelf')`)
    await client.query('INSERT INTO wildapp_shelf VALUES (1)')
    await client.query('TRUNCATE wildapp_shelf')
    const found = await changes('shelf', 2)
    expect(found.map(({ key, value }) => ({ key, op: value?.op }))).toEqual(
      expect.arrayContaining([
        { key: { id: 1 }, op: 'c' },
        { key: null, op: 't' },
      ]),
    )
  })

  test('brings a new table from its first row, after the one step that captures it', async () => {
    await client.query(
      `BEGIN; CREATE TABLE wildapp_invoice (id int PRIMARY KEY, note text); SELECT facts_capture('wildapp_invoice');
       INSERT INTO wildapp_invoice VALUES (1, 'first'); COMMIT`,
    )
    await client.query(`INSERT INTO wildapp_invoice VALUES (2, 'second')`)
    const found = await changes('invoice', 2)
    expect(byId(found.map(({ value }) => value!.after!))).toEqual([
      { id: 1, note: 'first' },
      { id: 2, note: 'second' },
    ])
  })

  test('lets the slot move on while only uncaptured tables change', async () => {
    await client.query('CREATE TABLE elsewhere (filler text)')
    await client.query(
      `INSERT INTO elsewhere SELECT repeat(md5(i::text), 10) FROM generate_series(1, 1000) i`,
    )
    const result = await client.query<{ now: string }>('SELECT pg_current_wal_lsn() AS now')
    await waitFor(
      'the slot to pass what was written elsewhere',
      async () => {
        const slot = await client.query(
          `SELECT FROM pg_replication_slots WHERE slot_name = 'wildapp_facts' AND confirmed_flush_lsn >= $1::pg_lsn`,
          [result.rows[0]!.now],
        )
        return slot.rowCount === 1
      },
      40_000,
    )
  })
})

describe('registering', () => {
  test('again leaves the running connector alone', async () => {
    const said: string[] = []
    // Takes in what the tests before have captured.
    await expect(registerConnector({ config })).resolves.toMatchObject({ outcome: 'updated' })
    const again = await registerConnector({ config, onProgress: (line) => said.push(line) })
    expect(again).toEqual({ name: 'monolith', outcome: 'unchanged' })
    expect(said.at(-1)).toBe('monolith: connector RUNNING, task 0 RUNNING')
  })

  test('brings settings that were changed elsewhere back, as doctor says', async () => {
    expect(await settingsFinding(config)).toMatchObject({ status: 'ok' })
    await changeSettings(config, { 'max.batch.size': '77' })
    expect(await settingsFinding(config)).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/ in max\.batch\.size$/) as unknown,
      remedy: expect.stringMatching(/^npm run register-connector, /) as unknown,
    })
    await expect(registerConnector({ config })).resolves.toMatchObject({ outcome: 'updated' })
    expect(await settingsFinding(config)).toMatchObject({ status: 'ok' })
  })

  test('with a password that PostgreSQL refuses is refused before anything is registered', async () => {
    // A variable that the worker does not have: the password is wrong then.
    const file = altered({ name: 'stranger' }, ['CDC_PASSWORD', 'CDC_NO_SUCH'])
    await expect(registerConnector({ config, file })).rejects.toMatchObject({
      code: 'CONNECTOR_REFUSED',
      message: expect.stringContaining('password authentication failed for user "cdc"') as unknown,
    })
    await expect(connectorStatus(config, 'stranger')).resolves.toMatchObject({ state: 'missing' })
  })

  test('without its publication is refused, and works when there is one', async () => {
    const file = altered({ name: 'other' }, ['"wildapp_facts"', '"other_facts"'])
    await expect(registerConnector({ config, file })).rejects.toMatchObject({
      code: 'SOURCE_UNFIT',
      message: expect.stringContaining('no publication other_facts') as unknown,
    })
    await client.query('CREATE PUBLICATION other_facts FOR TABLE wildapp_tertiary')
    await expect(registerConnector({ config, file })).resolves.toEqual({
      name: 'other',
      outcome: 'created',
    })
    await fetch(`${config.connect.url}/connectors/other`, { method: 'DELETE' })
  })
})

describe('trouble', () => {
  test('a connection that breaks is made again, and nothing is missing', async () => {
    await withClient(stack.superuserUrl!, (admin) =>
      admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cdc'`),
    )
    await client.query(`INSERT INTO wildapp_tertiary (name, region) VALUES ('after', 'north')`)
    const found = await waitFor(
      'the row written after the break',
      async () =>
        (await changes('tertiary', 1)).find(({ value }) => value?.after?.['name'] === 'after'),
      50_000,
    )
    expect(found).toMatchObject({ value: { op: 'c' } })
  })

  test('a slot that was dropped stops the connector loudly, instead of skipping what it had kept', async () => {
    const connector = `${config.connect.url}/connectors/monolith`
    await fetch(`${connector}/stop`, { method: 'PUT' })
    await waitFor('the slot to be free', async () => {
      const free = await client.query(
        `SELECT FROM pg_replication_slots WHERE slot_name = 'wildapp_facts' AND NOT active`,
      )
      return free.rowCount === 1
    })
    await withClient(stack.superuserUrl!, (admin) =>
      admin.query(`SELECT pg_drop_replication_slot('wildapp_facts')`),
    )
    await fetch(`${connector}/resume`, { method: 'PUT' })
    await waitFor(
      'the task to fail',
      async () =>
        (await connectorStatus(config, 'monolith')).trace?.includes(
          'no longer available on the server',
        ),
      60_000,
    )
    await expect(registerConnector({ config })).rejects.toMatchObject({
      code: 'CHANGES_LOST',
      message: expect.stringContaining('facts resync --all') as unknown,
    })
  })
})

/** The connector file with another name and texts replaced, for a connector beside the real one. */
function altered(name: { readonly name: string }, ...texts: [string, string][]): string {
  const original = JSON.parse(readFileSync(connectorFile(sampleApp), 'utf8')) as object
  let text = JSON.stringify({ ...original, ...name })
  for (const [from, to] of texts) text = text.replaceAll(from, to)
  const file = join(stack.home, `${name.name}.json`)
  writeFileSync(file, text.replace('"topic.prefix":"monolith"', `"topic.prefix":"${name.name}"`))
  return file
}

function byId<T extends Readonly<Record<string, unknown>>>(rows: readonly T[]): readonly T[] {
  return [...rows].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
}
