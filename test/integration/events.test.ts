import { Client } from 'pg'
import { registerConnector } from '../../src/connector/register-connector'
import { SseClient } from '../feed/sse-client'
import { EventReader } from '../support/event-reader'
import { FeedProcess, freePort } from '../support/feed-process'
import { RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'

const FACTS = 'wildapp.event.facts'

let line: RunningLine
let port: number
let feed: FeedProcess
let clients: readonly Client[]
const readers: EventReader[] = []

jest.setTimeout(120_000)
beforeAll(async () => {
  line = await RunningLine.start({ capture: false })
  clients = await Promise.all([connected(), connected(), connected(), connected()])
  await insert({}, {}, {})
  // Moves the row after the others in the table.
  await clients[0]?.query('UPDATE wildapp_event SET type = type WHERE id = 1')
  await registerConnector({ config: line.config })
  port = await freePort()
  feed = await new FeedProcess(line.stack.home, port).ready()
  await line.pipeline().ready()
  await facts(3)
}, 300_000)
afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.stop()))
  await feed.end('SIGTERM')
  await Promise.all(clients.map((client) => client.end()))
  await line.stop()
}, 120_000)

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: line.config.database.url })
  await client.connect()
  return client
}

interface Inserted {
  readonly type?: string
  readonly subscriber?: string
  readonly payload?: string
}

const INSERT = 'INSERT INTO wildapp_event (type, subscriber, payload) VALUES ($1, $2, $3)'

async function insert(...events: readonly Inserted[]): Promise<void> {
  for (const event of events) await insertBy(0, event)
}

/** By one of the connections, in its transaction. */
async function insertBy(
  connection: number,
  { type = 'insert', subscriber, payload = '{"foo": "bar"}' }: Inserted = {},
): Promise<void> {
  await clients[connection]?.query(INSERT, [type, subscriber ?? null, payload])
}

/** Numbers and rows of the events in the order of the topic, once there are so many. */
async function facts(count: number): Promise<readonly string[]> {
  return waitFor(
    `${count} facts`,
    async () => {
      const keys = (await line.read(FACTS)).map(({ key }) => String(key))
      return keys.length >= count && keys
    },
    60_000,
  )
}

const open = (consumer: string, headers: Readonly<Record<string, string>>): Promise<SseClient> =>
  SseClient.open(`${feed.url}/events`, { 'x-consumer-id': consumer, ...headers })

test('R62: a row that is inserted in PostgreSQL arrives as an event, to the letter', async () => {
  const session = await open('team-a', { 'last-event-id': '3' })
  await insert({ payload: '{"foo": "bar", "n": 12345678901234567890.10, "z": [1, 2]}' })
  await session.next(1)
  expect(session.raw).toContain(
    'id: 4\nevent: insert\ndata: {"n":12345678901234567890.10,"z":[1,2],"foo":"bar"}\n\n',
  )
  session.close()
  const rows = await clients[0]?.query(
    'SELECT payload::text AS text FROM wildapp_event WHERE id = 4',
  )
  expect(rows?.rows).toEqual([
    { text: '{"n": 12345678901234567890.10, "z": [1, 2], "foo": "bar"}' },
  ])
})

test('R63: events that were there before the capture come by number, others in the order of their commits', async () => {
  await clients[1]?.query('BEGIN')
  await clients[2]?.query('BEGIN')
  await insertBy(1)
  await insertBy(2)
  await clients[2]?.query('COMMIT')
  await insertBy(1, { subscriber: 'team-a' })
  await insertBy(3, { subscriber: 'team-b' })
  await clients[1]?.query('COMMIT')
  await insert({ type: 'update' })
  expect(await facts(9)).toEqual(['1', '2', '3', '4', '6', '8', '5', '7', '9'])
  const sessions = await Promise.all(
    ['team-a', 'team-a', 'team-b'].map((name) => open(name, BEHIND_6)),
  )
  await Promise.all(sessions.map((session) => session.next(3)))
  await insert({ subscriber: 'team-a' }, {})
  const seen = await Promise.all(
    sessions.map(async (session, index) =>
      (await session.next(index < 2 ? 5 : 4)).map(({ id }) => id).join(),
    ),
  )
  expect(seen).toEqual(['5,7,9,10,11', '5,7,9,10,11', '8,5,9,11'])
  for (const session of sessions) session.close()
})
const BEHIND_6 = { 'last-event-id': '6' }

test('R64: killed with SIGKILL while transactions overlap, every session has each event once, in their order', async () => {
  readers.push(
    ...['team-a', 'team-a', 'team-b'].map((name) => new EventReader(feed.url, name, '11')),
  )
  await waitFor('the sessions', () => readers.every(({ connections }) => connections > 0), 20_000)
  for (let kill = 0; kill < 2; kill += 1) {
    const writing = Promise.all(clients.map((_, connection) => transactions(connection)))
    await waitFor('events to flow', () => readers.every(({ seen }) => seen.length > kill * 100))
    expect(await feed.end('SIGKILL')).toBeNull()
    feed = await new FeedProcess(line.stack.home, port).ready()
    await writing
  }
  const order = (await facts(11 + 2 * 4 * 60)).slice(11)
  const rows = await clients[0]?.query<{ id: string; subscriber: string | null }>(
    'SELECT id::text, subscriber FROM wildapp_event',
  )
  const subscriberOf = new Map(rows?.rows.map(({ id, subscriber }) => [id, subscriber]))
  expect(order).not.toEqual([...order].sort((a, b) => Number(a) - Number(b)))
  for (const [index, reader] of readers.entries()) {
    const consumer = index < 2 ? 'team-a' : 'team-b'
    const own = order.filter((id) => (subscriberOf.get(id) ?? consumer) === consumer)
    await waitFor('all events', () => reader.seen.length >= own.length, 30_000).catch(
      () => undefined,
    )
    expect(reader.seen).toEqual(own)
    expect(reader.refusals).toEqual([])
    expect(reader.connections).toBeGreaterThanOrEqual(3)
  }
})

/** 60 events in transactions of three, each held open for a moment. */
async function transactions(connection: number): Promise<void> {
  for (let n = 0; n < 20; n += 1) {
    await clients[connection]?.query('BEGIN')
    await insertBy(connection)
    await insertBy(connection, { subscriber: n % 2 === 0 ? 'team-a' : 'team-b' })
    await clients[connection]?.query('SELECT pg_sleep($1)', [((connection * 7 + n) % 5) / 100])
    await insertBy(connection)
    await clients[connection]?.query('COMMIT')
  }
}
