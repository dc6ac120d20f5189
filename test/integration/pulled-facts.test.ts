import { sampleConfig } from '../support/sample-config'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { readAll } from '../../src/broker/read-all'
import type { AppConfig } from '../../src/app/app-config'
import { packageRoot } from '../../src/package-root'
import { registerConnector } from '../../src/connector/register-connector'
import type { Lock } from '../../src/pull/lock'
import { parseLock } from '../../src/pull/lock'
import { camelName, kebabName } from '../../src/pull/names'
import { createLogger } from '../../src/telemetry'
import type { LogRecord } from '../../src/topology/record'
import { FILM_RENTAL, FILM_RENTAL_ROWS } from '../support/pulled/film-rental'
import { ownDatabase } from '../support/pulled/own-database'
import { PulledApp } from '../support/pulled/pulled-app'
import { TENANTS, TENANTS_ROWS } from '../support/pulled/tenants'
import { WHOLESALE, WHOLESALE_ROWS } from '../support/pulled/wholesale'
import { isValueOf } from '../support/postgres-value'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

/*
 * From a database's address to its facts: init, prepare, the generated connector on the real Debezium, and the generated
 * declarations; every row of every table, from the snapshot and from the stream, against PostgreSQL's own text of it.
 */

let stack: TestStack
let config: AppConfig
let log: KafkaLog
const apps: PulledApp[] = []
const clients: Client[] = []

jest.setTimeout(240_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres', 'kafka', 'connect'] })
  config = sampleConfig({
    env: {
      FACTS_HOME: stack.home,
      FACTS_LOG_LEVEL: 'silent',
      FACTS_TOPICS_PARTITIONS: '1',
    },
  })
  const { brokers } = config.kafka
  log = new KafkaLog({ brokers, clientId: 'test', logger: createLogger(config.log) })
}, 180_000)
afterAll(async () => {
  for (const app of apps) app.remove()
  for (const client of clients) await client.end()
  await log.close()
  await stack.stop()
}, 60_000)

interface MadeFact {
  readonly fact: string
  readonly kind: number
  readonly message: Readonly<Record<string, unknown>>
}

const SNAPSHOT = 4
const UPDATED = 2

/** An application of the database, which was prepared and captured as its README says. */
async function captured(
  name: string,
  sql: string,
  rows: string,
): Promise<{ readonly app: PulledApp; readonly client: Client; readonly lock: Lock }> {
  const { client, url } = await ownDatabase(stack, name, sql)
  clients.push(client)
  await client.query(rows)
  const app = await PulledApp.init(name, url)
  apps.push(app)
  expect(app.code).toBe(0)
  writeFileSync(app.path('password'), 'cdc\n')
  const prepared = await app.facts(
    ...['prepare', '--apply', '--yes', '--password-file', app.path('password')],
  )
  expect(prepared.output).toContain(`${name} is prepared.`)
  await registerConnector({
    config: { ...config, database: { url } },
    file: app.path('connectors', `${name}.json`),
    timeout: 120_000,
  })
  return { app, client, lock: parseLock(readFileSync(app.path('facts.lock.json'), 'utf8')) }
}

const topicsOf = ({ app, known }: Lock): readonly string[] =>
  Object.keys(known).map((id) => `${app}.${id}`.replace(/[^A-Za-z0-9._-]/g, '_'))

async function recordsOf(lock: Lock, count: number): Promise<readonly LogRecord[]> {
  const topics = topicsOf(lock)
  const thereOf = async (): Promise<readonly string[]> => {
    const counts = await log.admin.partitionCounts(topics)
    return topics.filter((topic) => counts.has(topic))
  }
  await waitFor(
    `${count} records of ${lock.app}`,
    async () => {
      const ends = await Promise.all((await thereOf()).map((topic) => log.admin.offsets(topic)))
      const highs = ends.flatMap((offsets) => [...offsets.values()].map(({ high }) => high))
      return highs.reduce((sum, high) => sum + high, 0n) >= BigInt(count)
    },
    120_000,
  )
  return readAll(log, await thereOf())
}

/** What the application's own declarations make of the records. */
function factsOf(app: PulledApp, records: readonly LogRecord[]): Promise<readonly MadeFact[]> {
  const root = packageRoot()
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
      join(root, 'test', 'support', 'pulled', 'facts-of-records.ts'),
    ],
    {
      cwd: app.folder,
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: app.path('tsconfig.checkout.json'),
        NODE_PATH: join(root, 'node_modules'),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  const lines = records.map(({ topic, key, value, timestamp }) =>
    JSON.stringify({
      topic,
      key: key?.toString('base64') ?? null,
      value: value?.toString('base64') ?? null,
      timestamp: timestamp.toString(),
    }),
  )
  child.stdin.end(lines.join('\n'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      const made = output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => unmarked(JSON.parse(line)))
      const dead = made.filter((one) => Object.hasOwn(one as object, 'dead'))
      if (dead.length > 0) reject(new Error(`Dead letters: ${JSON.stringify(dead)}`))
      else resolve(made as MadeFact[])
    })
  })
}

function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarked)
  if (typeof value !== 'object' || value === null) return value
  const { $bigint, $bytes, $number } = value as Readonly<Record<string, unknown>>
  if (typeof $bigint === 'string') return BigInt($bigint)
  if (typeof $bytes === 'string') return Buffer.from($bytes, 'base64')
  if (typeof $number === 'string') return Number($number)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unmarked(one)]))
}

interface Described {
  readonly name: string
  /** As isValueOf names it. */
  readonly type: string
}

/** Rows as PostgreSQL prints them, with the types of their columns. */
async function printed(
  client: Client,
  id: string,
): Promise<{ readonly columns: readonly Described[]; readonly rows: Record<string, string>[] }> {
  await client.query(
    "SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex'; SET lc_monetary = 'C'",
  )
  const [schema = '', ...rest] = id.split('.')
  const found = await client.query<Described>(
    `SELECT a.attname AS name, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), a.atttypmod) AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_type t ON t.oid = a.atttypid
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped`,
    [schema, rest.join('.')],
  )
  const quoted = client.escapeIdentifier
  const texts = found.rows.map(({ name, type }) => {
    const column = quoted.call(client, name)
    const value = type === 'time with time zone' ? `(${column} AT TIME ZONE 'UTC')` : column
    const text = type === 'hstore' ? `hstore_to_json(${value})` : value
    return `${text}::text AS ${column}`
  })
  const table = `${quoted.call(client, schema)}.${quoted.call(client, rest.join('.'))}`
  const { rows } = await client.query<Record<string, string>>(
    `SELECT ${texts.join(', ')} FROM ${table}`,
  )
  return { columns: found.rows.map(({ name, type }) => ({ name, type: likeOf(type) })), rows }
}

const LIKES: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  'time without time zone': 'time',
}

function likeOf(type: string): string {
  const plain = type.replace(/\((\d+)\) (with)/, ' $2')
  if (plain.startsWith('character(')) return 'char'
  return LIKES[plain] ?? type
}

/** A field as the value of its column. */
function columnValue(lock: Lock, type: string, value: unknown): unknown {
  if (type.startsWith('enum ')) {
    const labels = lock.enums[type.slice('enum '.length)]?.values ?? []
    return value === null ? null : labels.find(({ number }) => number === value)?.label
  }
  if (type === 'google.protobuf.Timestamp' && value !== null) {
    const { seconds, nanos } = value as { readonly seconds: bigint; readonly nanos: number }
    const day = new Date(Number(seconds) * 1_000).toISOString().slice(0, -5)
    return `${day}.${String(nanos).padStart(9, '0')}Z`
  }
  return value
}

/** Whether the fact has the row's values in all of the table's fields. */
function isFactOf(
  lock: Lock,
  id: string,
  columns: readonly Described[],
  message: MadeFact['message'],
  row: Readonly<Record<string, string | null>>,
): boolean {
  const fields = lock.known[id]?.fields.filter(({ of }) => of.startsWith('column ')) ?? []
  return fields.every(({ of, name, type }) => {
    const column = of.slice('column '.length)
    const like = columns.find((one) => one.name === column)?.type ?? ''
    const value = columnValue(lock, type, message[camelName(name)])
    const text = row[column] ?? null
    if (type.startsWith('repeated ')) return isValueOf(like, value, text ?? '{}')
    if (like === 'time with time zone') return value === (text?.replace('+00', 'Z') ?? null)
    if (like === 'hstore') return value === (text?.replaceAll(' ', '') ?? null)
    return isValueOf(like, value, text)
  })
}

test.each([
  ['film_rental', FILM_RENTAL, FILM_RENTAL_ROWS, 8],
  ['wholesale', WHOLESALE, WHOLESALE_ROWS, 15],
  ['tenants', TENANTS, TENANTS_ROWS, 14],
])(
  'every row of %s arrives as a fact, from the snapshot and from the stream, with the values that PostgreSQL prints',
  async (database, sql, rowsSql, count) => {
    const name = kebabName(database)
    const { app, client, lock } = await captured(name, sql, rowsSql)
    await recordsOf(lock, count)
    for (const id of Object.keys(lock.known)) {
      const [schema = '', ...rest] = id.split('.')
      const fields = lock.known[id]?.fields.filter(({ of }) => of.startsWith('column ')) ?? []
      // Not the key, where there is another: one that is GENERATED ALWAYS cannot be set.
      const last = fields.at(-1)?.of.slice('column '.length) ?? ''
      const [table, column] = [rest.join('.'), last].map((one) => client.escapeIdentifier(one))
      await client.query(
        `UPDATE ${client.escapeIdentifier(schema)}.${table ?? ''} SET ${column ?? ''} = ${column ?? ''}`,
      )
    }
    const made = await factsOf(app, await recordsOf(lock, count * 2))
    for (const kind of [SNAPSHOT, UPDATED]) {
      const ofKind = made.filter((one) => one.kind === kind)
      expect(ofKind).toHaveLength(count)
      for (const [id, table] of Object.entries(lock.known)) {
        const { columns, rows } = await printed(client, id)
        const facts = ofKind.filter(({ fact }) => fact === `${name}.${kebabName(table.name)}`)
        expect(facts).toHaveLength(rows.length)
        for (const row of rows) {
          const found = facts.some(({ message }) => isFactOf(lock, id, columns, message, row))
          if (!found) expect({ id, row, facts }).toBe('a fact that has the values of the row')
        }
      }
    }
  },
)
