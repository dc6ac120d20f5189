import { join } from 'node:path'
import type { CursorKeeperOptions } from '../../../src/feed/acknowledged/cursor-keeper'
import { CursorKeeper } from '../../../src/feed/acknowledged/cursor-keeper'
import type { KeptCursor } from '../../../src/feed/acknowledged/kept-cursor'
import { chooses } from '../../../src/feed/acknowledged/precondition'
import { FactsError } from '../../../src/errors'
import { serverId } from '../../../src/feed/store/server-id'
import type { MemoryLog } from '../../../src/broker/memory/memory-log'
import { createLogger } from '../../../src/telemetry'
import type { LogRecord } from '../../../src/topology/record'
import { waitFor } from '../../support/wait-for'
import { ACKNOWLEDGED, FEED, FeedWorld, PAGES } from '../feed-world'

const feed = FEED
const logger = createLogger({ level: 'silent', format: 'json' })

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly retryAfter: string | null
}

let world: FeedWorld
let log: MemoryLog
afterEach(() => world.stop())

/** A server whose log does what the part says. */
async function start(
  part: (log: MemoryLog) => Partial<CursorKeeperOptions['log']>,
): Promise<string> {
  world = await FeedWorld.start({
    keeperLog: (memory) => {
      log = memory
      const { reader, producer } = part(memory)
      return {
        reader: reader ?? ((topics) => memory.reader(topics)),
        producer: producer ?? ((id) => memory.producer(id)),
      }
    },
  })
  await world.write({ id: 1n })
  return (await world.page()).cursor
}

async function ask(method: string, cursor?: string): Promise<Answer> {
  const address = '/consumers/ada/cursor'
  const put = {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ feed, cursor }),
  }
  const response =
    method === 'PUT'
      ? await world.get(address, { method, ...put })
      : await world.get(`${address}?feed=${feed}`, { method })
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    retryAfter: response.headers.get('retry-after'),
  }
}

test('R76: a cursor that cannot be stored, or is unknown, is answered 503, and succeeds later', async () => {
  let isAway = false
  const away = <T>(work: () => Promise<T>): Promise<T> =>
    isAway ? Promise.reject(new Error('away')) : work()
  const cursor = await start((real) => ({
    reader: (topics) => {
      const reader = real.reader(topics)
      return {
        start: (...args) => away(() => reader.start(...args)),
        catchUp: () => away(() => reader.catchUp()),
        stop: () => reader.stop(),
      }
    },
    producer: (id) => away(() => real.producer(id)),
  }))
  expect((await ask('PUT', cursor)).status).toBe(204)
  isAway = true
  const lost = { type: 'urn:facts:upstream-lost' }
  for (const answer of [await ask('PUT', cursor), await ask('GET'), await ask('DELETE')]) {
    expect([answer.status, answer.body]).toMatchObject([503, lost])
    expect(Number(answer.retryAfter)).toBeGreaterThan(0)
  }
  const begun = await world.get(`${PAGES}?start=acknowledged&consumer=ada&otherwise=now`)
  expect(begun.status).toBe(503)
  isAway = false
  expect((await ask('GET')).body).toMatchObject({ cursor })
  expect((await ask('PUT', cursor)).status).toBe(204)
})

test.each([
  ['NOT_AUTHORIZED', /^Kafka does not give this server the rights/],
  ['NOT_AUTHENTICATED', /^Kafka does not accept the credentials/],
  ['TLS_FAILED', /certificates/],
  ['TOPIC_MISSING', /^Kafka has no topic for acknowledged cursors/],
  ['BROKER_REFUSED', /^Kafka refuses/],
] as const)(
  'R76: %s is answered as what an operator has to change, and succeeds when that was done',
  async (code, detail) => {
    let isRefused = false
    const may = <T>(work: () => Promise<T>): Promise<T> =>
      isRefused ? Promise.reject(new FactsError(code, 'a secret of the cluster')) : work()
    let isReadable = true
    const cursor = await start((real) => ({
      reader: (topics) => {
        const reader = real.reader(topics)
        return {
          start: (...args) => reader.start(...args),
          catchUp: () => (isReadable ? reader.catchUp() : may(() => reader.catchUp())),
          stop: () => reader.stop(),
        }
      },
      producer: async (id) => {
        const producer = await real.producer(id)
        return {
          settled: () => producer.settled(),
          close: () => producer.close(),
          begin: () => may(() => producer.begin()),
        }
      },
    }))
    isRefused = true
    const put = await ask('PUT', cursor)
    isReadable = false
    for (const answer of [put, await ask('GET'), await ask('DELETE')]) {
      expect([answer.status, answer.body]).toMatchObject([
        503,
        { type: 'urn:facts:upstream-refused', detail: expect.stringMatching(detail) as string },
      ])
      expect(answer.body['detail']).toMatch(/An operator/)
      expect(answer.body['detail']).not.toMatch(/secret/)
      expect(Number(answer.retryAfter)).toBeGreaterThan(0)
    }
    isRefused = false
    expect((await ask('PUT', cursor)).status).toBe(204)
  },
)

test('R72, R76: what was not committed is not answered as kept', async () => {
  let isLossy = false
  const cursor = await start((real) => ({
    producer: async (id) => {
      const producer = await real.producer(id)
      return {
        settled: () => producer.settled(),
        close: () => producer.close(),
        begin: async () => {
          const transaction = await producer.begin()
          // A broker that answers and forgets.
          return isLossy ? { ...transaction, commit: () => transaction.abort() } : transaction
        },
      }
    },
  }))
  isLossy = true
  expect((await ask('PUT', cursor)).status).toBe(503)
  isLossy = false
  expect((await ask('GET')).status).toBe(404)
  const isKept = async (): Promise<boolean> => (await ask('PUT', cursor)).status === 204
  await waitFor('the next one to be kept', isKept)
}, 30_000)

test('R72: a server that lags catches up with the topic before it answers what is acknowledged', async () => {
  const cursor = await start(() => ({}))
  /** Hands over nothing before it is asked to catch up. */
  const reader = (topics: readonly string[]): ReturnType<MemoryLog['reader']> => {
    const real = log.reader(topics)
    const held: LogRecord[] = []
    let deliver: (records: readonly LogRecord[]) => void = () => undefined
    return {
      start: (onRecords, from) => {
        deliver = onRecords
        return real.start((records) => void held.push(...records), from)
      },
      catchUp: () => {
        deliver(held.splice(0))
        return Promise.resolve()
      },
      stop: () => real.stop(),
    }
  }
  const other = new CursorKeeper({
    log: { reader, producer: (id) => log.producer(id) },
    logger,
    topic: ACKNOWLEDGED,
    transactionalId: 'other',
  })
  expect(await other.get({ consumer: 'ada', feed })).toBeUndefined()
  await ask('PUT', cursor)
  expect(await other.get({ consumer: 'ada', feed })).toMatchObject({ cursor })
  await other.stop()
})

test('R74: of those in one transaction that name the same one, the first is taken', async () => {
  await start(() => ({}))
  const keeper = new CursorKeeper({
    log,
    logger,
    topic: ACKNOWLEDGED,
    transactionalId: 'other',
  })
  const change = (version: string): Promise<KeptCursor | undefined> =>
    keeper.change({ consumer: 'ada', feed }, (kept) => {
      chooses({ ifMatch: undefined, ifNoneMatch: '*' }, kept)
      return { cursor: version, acknowledgedAt: '', version }
    })
  const outcomes = await Promise.allSettled(['1', '2', '3'].map(change))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(await keeper.get({ consumer: 'ada', feed })).toMatchObject({ version: '1' })
  await keeper.stop()
})

test('R72: a server has an id of its own, and the same after a restart', async () => {
  await start(() => ({}))
  const [file, other] = [join(world.folder, 'a', 'server-id'), join(world.folder, 'server-id')]
  expect(serverId(file)).toBe(serverId(file))
  expect(serverId(file)).not.toBe(serverId(other))
})

test('R72: a server that was killed ends what it had left open when it starts again', async () => {
  const cursor = await start(() => ({}))
  const killed = await (await log.producer('feed-cursors-of-a')).begin()
  const record = { topic: ACKNOWLEDGED, partition: 0, key: Buffer.from('x'), value: null }
  await killed.send([{ ...record, timestamp: 0n, headers: {} }])
  // No reader gets beyond an open transaction.
  expect((await ask('PUT', cursor)).status).toBe(503)
  const again = new CursorKeeper({
    log,
    logger,
    topic: ACKNOWLEDGED,
    transactionalId: 'feed-cursors-of-a',
  })
  again.start()
  const isKept = async (): Promise<boolean> => (await ask('PUT', cursor)).status === 204
  await waitFor('the next one to be kept', isKept)
  await again.stop()
}, 30_000)
