import { sampleApp, sampleConfig } from '../support/sample-config'
import { join } from 'node:path'
import { Client } from 'pg'
import { migrate } from '../../monolith/migrate'
import type { AppConfig } from '../../src/app/app-config'
import { connectorFile, readConnectorFile } from '../../src/connector/connector-file'
import { registerConnector } from '../../src/connector/register-connector'
import { captureOf } from '../../src/connector/source-settings'
import { columnViews } from '../../src/cli/migrate-check/column-views'
import type { MigrationPlan } from '../../src/cli/migrate-check/plan-migration'
import { planMigration } from '../../src/cli/migrate-check/plan-migration'
import { compile } from '../../src/fact/compile/compile'
import { tablesOf } from '../../src/fact/declare/tables-of'
import type { Fact } from '../../src/fact/declare/define-fact'
import { schemas } from '../../src/wildapp/gen/schemas'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { readAll } from '../../src/broker/read-all'
import { LmdbBackend } from '../../src/runtime/state/lmdb-backend'
import { StreamApp } from '../../src/runtime/stream-app'
import { examineSource } from '../../src/source/inspect-source'
import { createLogger, Metrics } from '../../src/telemetry'
import { MemorySchemaStore } from '../../src/testing/memory-schema-store'
import { internalTopicSpecs, topicSpecs } from '../../src/compose/topics'
import type { Topology } from '../../src/topology/topology'
import { decodeFrame } from '../../src/protobuf/framing/confluent'
import { ensureSchemas } from '../../src/protobuf/registry/ensure-schemas'
import { fullNameOf } from '../../src/protobuf/message/message-type'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { declaredAfter, declaredBefore, factOf, own, PAGES } from '../support/change-pages'
import { statements } from '../support/change-pages'
import type { Declared } from '../support/change-pages'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

/*
 * The pages of docs/what-happens-when: their statements are read from them and run on a real database, before and after
 * the new declaration is deployed, while rows are being written.
 */
const DEAD_LETTERS = 'pages.dead-letters'
const BEFORE = PAGES.flatMap(declaredBefore).map(factOf)
const DEPLOYED = PAGES.flatMap(declaredAfter)
const AFTER = DEPLOYED.map(factOf)
const logger = createLogger({ level: 'silent', format: 'json' })

const store = new MemorySchemaStore()
let stack: TestStack
let config: AppConfig
let owner: Client
let log: KafkaLog
let app: StreamApp | undefined

jest.setTimeout(300_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres', 'kafka', 'connect'] })
  config = sampleConfig({ env: { FACTS_HOME: stack.home } })
  const databaseUrl = config.database.url
  await migrate(
    { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined },
    () => undefined,
  )
  owner = new Client({ connectionString: databaseUrl })
  await owner.connect()
  for (const page of PAGES) {
    await owner.query(
      own(
        page,
        `CREATE TYPE order_state AS ENUM ('new');
         CREATE TABLE orders (id bigint PRIMARY KEY, title text NOT NULL,
           amount integer NOT NULL DEFAULT 5, state order_state NOT NULL DEFAULT 'new'
           ${'note' in page.before ? ", note text DEFAULT 'old'" : ''});
         SELECT facts_capture('orders');`,
      ),
    )
  }
  log = new KafkaLog({ brokers: config.kafka.brokers, clientId: 'test', logger })
  await provision(BEFORE)
  await registerConnector({ config })
}, 120_000)
afterAll(async () => {
  await app?.stop()
  await log.close()
  await owner.end()
  await stack.stop()
}, 60_000)

function topologyOf(facts: readonly Fact[]): Topology {
  return compile(facts, {
    deadLetters: DEAD_LETTERS,
    serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store }),
  })
}

/** Makes the topics that the facts need and that are not there. */
async function provision(facts: readonly Fact[]): Promise<void> {
  const topology = topologyOf(facts)
  await log.admin.createTopics(topicSpecs(topology, config))
  const counts = await log.admin.partitionCounts(topology.sources.map(({ topic }) => topic))
  await log.admin.createTopics(internalTopicSpecs(topology, config, counts))
}

/** The version that runs is stopped, and one with these facts started over its state. */
async function deploy(facts: readonly Fact[]): Promise<void> {
  await app?.stop()
  await provision(facts)
  const topics = facts.map(({ to }) => ({ topic: to.name, message: fullNameOf(to.type) }))
  await ensureSchemas(schemas, topics, store)
  app = new StreamApp({
    applicationId: config.pipeline.applicationId,
    topology: topologyOf(facts),
    log,
    logger,
    metrics: new Metrics(),
    state: new LmdbBackend(join(stack.home, 'pages'), logger),
  })
  app.failed.catch((error: unknown) => (failure = error as Error))
  await app.start()
}
let failure: Error | undefined

/** Inserts and updates rows of every table until it is stopped; returns how many rows there are then. */
function writing(): { readonly rows: () => number; readonly end: () => Promise<void> } {
  let isOver = false
  let rows = 0
  const client = new Client({ connectionString: config.database.url })
  const work = async (): Promise<void> => {
    await client.connect()
    while (!isOver) {
      rows += 1
      for (const page of PAGES) {
        const insert = `INSERT INTO orders (id, title) VALUES (${rows}, 'a')`
        const update = `UPDATE orders SET title = title || '.' WHERE id = ${Math.ceil(rows / 2)}`
        await client.query(own(page, `${insert}; ${update}`))
      }
    }
    await client.end()
  }
  const done = work()
  const end = (): Promise<void> => {
    isOver = true
    return done
  }
  return { rows: () => rows, end }
}

/** The last fact of each row, by id. */
async function lastFacts({ to }: Fact): Promise<Record<string, unknown>> {
  const records = await readAll(log, [to.name])
  const messages = records.map(({ value }) => {
    const message: unknown = to.type.decode(decodeFrame(value ?? Buffer.alloc(0)).payload)
    return message as { readonly id: bigint; readonly payload: string }
  })
  return Object.fromEntries(
    messages.map(({ id, payload }) => [id.toString(), JSON.parse(payload) as unknown]),
  )
}

/** What has to be done around the deployment of the new declarations, as the state and the database are now. */
async function plan(): Promise<MigrationPlan> {
  const connector = readConnectorFile(connectorFile(sampleApp), config)
  const declared = tablesOf(AFTER).map(({ declaration }) => declaration)
  const examined = await examineSource(owner, captureOf(connector), declared)
  const { applicationId } = config.pipeline
  return planMigration(await columnViews({ facts: AFTER, log, applicationId, examined }))
}

/** The rows as facts of the declaration would contain them, by key. */
async function rowsOf({ table, key, columns }: Declared): Promise<Record<string, unknown>> {
  const names = [...Object.keys(key), ...Object.keys(columns)]
  const { rows } = await owner.query<Record<string, unknown>>(
    `SELECT ${names.join(', ')} FROM ${table}`,
  )
  return Object.fromEntries(
    rows.map((row): [string, unknown] => [String(row[names[0] ?? '']), row]),
  )
}

test('every change goes through while rows are written, and the last facts are what the tables hold', async () => {
  await deploy(BEFORE)
  const writer = writing()
  const more = (count: number): Promise<unknown> => {
    const from = writer.rows()
    return waitFor(`${count} more rows`, () => writer.rows() >= from + count, 60_000)
  }
  await more(12)
  // The state has columns of each table from its first fact on.
  for (const { name, to } of BEFORE) {
    await waitFor(`a fact of ${name}`, async () => {
      if (failure !== undefined) throw failure
      return (await readAll(log, [to.name])).length > 0
    })
  }
  expect((await plan()).before).toEqual([
    expect.stringMatching(/^ALTER TABLE public.orders_add_column ADD COLUMN note/),
    expect.stringMatching(/^CREATE TABLE public.orders_new_key_by_number/),
    expect.stringMatching(/^CREATE TABLE public.order_notes/),
  ])
  for (const page of PAGES) for (const sql of statements(page, 'before')) await owner.query(sql)
  await more(12)
  // What `facts migrate-check` advises is what the pages say.
  const { before, after: advised } = await plan()
  expect(before).toEqual([])
  expect(advised).toEqual([
    expect.stringMatching(/^ALTER TABLE public.orders_drop_column DROP COLUMN note/),
    'ALTER TABLE public.orders_rename_column RENAME COLUMN note TO remark',
    'ALTER TABLE public.orders_retype_column ALTER COLUMN amount TYPE bigint',
    expect.stringMatching(/^ALTER TABLE public.orders_split_table DROP COLUMN note/),
  ])
  await deploy(AFTER)
  await more(12)
  const after = PAGES.map((page) => statements(page, 'after'))
  for (const sql of after.flat()) await owner.query(sql)
  await more(12)
  await writer.end()
  expect(await plan()).toMatchObject({ before: [], after: [] })
  for (const page of PAGES) {
    await owner.query(own(page, page.news))
    // A change of a table makes no facts: those that were made before it are as they were.
    await owner.query(own(page, `UPDATE orders SET title = title || '!'`))
  }
  await owner.query(`UPDATE order_notes SET note = note || '!'`)
  for (const declared of DEPLOYED) {
    const { fact } = declared
    const expected = await rowsOf(declared)
    const held = (): Promise<Record<string, unknown>> => lastFacts(factOf(declared))
    await waitFor(`the facts of ${fact}`, async () => {
      if (failure !== undefined) throw failure
      return JSON.stringify(await held()) === JSON.stringify(expected)
    }).catch(async (error: unknown) => {
      if (failure !== undefined) throw error
      // For its report.
      expect({ fact, facts: await held() }).toEqual({ fact, facts: expected })
    })
  }
  expect(await readAll(log, [DEAD_LETTERS])).toEqual([])
})

test('every page has a statement that was run', () => {
  for (const page of PAGES) {
    expect([...statements(page, 'before'), ...statements(page, 'after')]).not.toEqual([])
  }
})
