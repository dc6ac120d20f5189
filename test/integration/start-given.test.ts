import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { packageRoot } from '../../src/package-root'
import { SseClient } from '../feed/sse-client'
import { ownDatabase } from '../support/pulled/own-database'
import { PulledApp } from '../support/pulled/pulled-app'
import { freePort } from '../support/feed-process'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

/*
 * `facts start` with parts of the line that run already, and are not its own: their addresses are given.
 */

const SHOP = `
  CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(10, 2) NOT NULL);
  INSERT INTO orders VALUES (1, 19.99);
`

let stack: TestStack
let unfit: TestStack
const apps: PulledApp[] = []
const clients: Client[] = []

jest.setTimeout(240_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres', 'kafka', 'registry'] })
  unfit = await startTestStack({
    services: ['postgres'],
    settings: { postgres: { wal_level: 'replica' } },
  })
}, 240_000)
afterAll(async () => {
  for (const app of apps) app.remove()
  for (const client of clients) await client.end()
  await stack.stop()
  await unfit.stop()
}, 60_000)

async function shop(
  name: string,
  server: TestStack = stack,
): Promise<{ readonly app: PulledApp; readonly client: Client }> {
  const { client, url } = await ownDatabase(server, name, SHOP)
  clients.push(client)
  const app = await PulledApp.init(name, url)
  apps.push(app)
  expect(app.code).toBe(0)
  return { app, client }
}

const kafka = (): Readonly<Record<string, string>> => ({
  FACTS_KAFKA_BROKERS: stack.endpoints.kafka.brokers.join(','),
  FACTS_REGISTRY_URL: stack.endpoints.registry.url,
})

/** Names of what `facts prepare` makes. */
async function prepared(client: Client, name: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles WHERE rolname = $1
     UNION ALL SELECT pubname FROM pg_publication
     UNION ALL SELECT relname FROM pg_class WHERE relname = 'facts_heartbeat'`,
    [`${name}_cdc`],
  )
  return rows.map((row) => row.name)
}

async function firstFact(port: string, feed: string): Promise<unknown> {
  const url = `http://127.0.0.1:${port}/feeds/${feed}/stream?start=snapshot`
  const reader = await SseClient.open(url)
  await waitFor('an event', () => reader.facts.length > 0, 60_000)
  reader.close()
  return reader.facts[0]?.data.data
}

test('what a server lacks that cannot be captured is reported, and the server is left as it is', async () => {
  const { app, client } = await shop('unfit', unfit)
  const { code, output } = await app.facts('start', '--yes')
  expect(code).toBe(1)
  expect(output).toContain(
    'wal_level is replica, and changes can be captured only with logical. As a superuser: ALTER SYSTEM SET wal_level = logical;',
  )
  expect(output).not.toContain('Starting the stack')
  expect(await prepared(client, 'unfit')).toEqual([])
})

test('a database is prepared with consent only', async () => {
  const { app, client } = await shop('asked')
  const { code, output } = await app.facts('start')
  expect(code).toBe(1)
  expect(output).toContain('asked lacks the publication asked_facts')
  expect(output).toContain('Nothing was changed: to agree, pass --yes.')
  expect(output).not.toContain('Starting the stack')
  expect(await prepared(client, 'asked')).toEqual([])
})

test('a password that is unknown, or another than the role has, is said before anything starts', async () => {
  const { app } = await shop('locked')
  writeFileSync(app.path('right'), 'right\n')
  const own = ['prepare', '--apply', '--yes', '--password-file', app.path('right')]
  expect((await app.facts(...own)).code).toBe(0)
  expect(existsSync(app.path('cdc.password'))).toBe(false)
  const unknown = await app.facts('start')
  expect(unknown.output).toContain('The password of the role locked_cdc is not known here.')
  const wrong = await app.factsWith({ CDC_PASSWORD: 'wrong' }, 'start')
  expect(wrong.output).toContain(
    'refuses the password of the role locked_cdc that is in CDC_PASSWORD',
  )
  const [, remedy = ''] = /run facts (prepare [^\n]+)\. \[/.exec(unknown.output) ?? []
  writeFileSync(app.path('cdc.password'), 'known\n')
  expect((await app.facts(...remedy.split(' '), '--yes')).code).toBe(0)
  const old = await app.factsWith({ CDC_PASSWORD: 'right' }, 'start')
  expect(old.output).toContain('refuses the password of the role locked_cdc')
  expect(unknown.output + wrong.output).not.toContain('Starting the stack')
})

test('a given database is neither migrated nor seeded by the application that has commands for it', async () => {
  const { client, url } = await ownDatabase(stack, 'production', SHOP)
  clients.push(client)
  const app = await PulledApp.init('unused', url)
  apps.push(app)
  const sample = ['--config', join(packageRoot(), 'facts.config.ts')]
  const env = { FACTS_DATABASE_URL: url }
  const { code, output } = await app.factsWith(env, ...sample, 'start', '--once', '--yes')
  expect(code).toBe(1)
  expect(output).toContain('production is not prepared for its capture. docs/source-database.md')
  const { rows } = await client.query(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  )
  expect(rows).toEqual([{ relname: 'orders' }])
})

test('with a given database, Kafka and registry only Kafka Connect is started, and --topics needs not even that', async () => {
  const { app, client } = await shop('given')
  const port = String(await freePort())
  const env = {
    ...kafka(),
    FACTS_FEED_PORT: port,
    FACTS_HTTP_PORT: '0',
    FACTS_TOPICS_PARTITIONS: '1',
  }
  const early = await app.factsWith(env, 'start', '--topics')
  expect(early.output).toContain('has no topic given.public.orders')
  const line = app.start(['start', '--yes'], env)
  try {
    await line.says('Ctrl-C stops everything', 120_000)
    expect(line.output).toContain(
      `  Kafka      given     ${stack.endpoints.kafka.brokers.join()}\n`,
    )
    expect(line.output).toMatch(/ready {4}connect/)
    expect(line.output).not.toMatch(/ready {4}(kafka|postgres|registry)/)
    expect(await firstFact(port, 'given.orders')).toMatchObject({ id: '1', amount: '19.99' })
    await client.query('UPDATE orders SET amount = 20.50')
    await line.says('amount 19.99 → 20.50', 30_000)
  } finally {
    expect(await line.stop()).toBe(0)
  }
  expect(readFileSync(app.path('cdc.password'), 'utf8')).toMatch(/^\w{36}\n$/)
  expect(line.output).toContain("SELECT pg_drop_replication_slot('given_facts');")

  const topics = app.start(['start', '--topics'], env)
  try {
    await topics.says('Ctrl-C stops everything', 60_000)
    expect(topics.output).toContain('  Connect    unused\n')
    expect(topics.output).not.toMatch(/ready {4}\w/)
    expect(await firstFact(port, 'given.orders')).toMatchObject({ id: '1', amount: '20.50' })
  } finally {
    expect(await topics.stop()).toBe(0)
  }
})
