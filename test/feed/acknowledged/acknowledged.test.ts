import { CursorKeeper } from '../../../src/feed/acknowledged/cursor-keeper'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { createLogger } from '../../../src/telemetry'
import { ACKNOWLEDGED, FEED, FeedWorld, PAGES } from '../feed-world'

const feed = FEED
const logger = createLogger({ level: 'silent', format: 'json' })

interface Answer {
  readonly status: number
  readonly etag: string
  readonly body: Readonly<Record<string, unknown>>
  readonly retryAfter: string | null
}

let world: FeedWorld
beforeEach(async () => {
  world = await FeedWorld.start()
  for (let id = 1n; id <= 6n; id += 1n) await world.write({ id })
})
afterEach(() => world.stop())

async function ask(
  method: string,
  consumer = 'ada',
  { body, ...headers }: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const address = `/consumers/${encodeURIComponent(consumer)}/cursor`
  const isPut = method === 'PUT'
  const response = await world.get(isPut ? address : `${address}?feed=${feed}`, {
    method,
    headers: {
      ...(headers as Record<string, string>),
      ...(isPut ? { 'content-type': 'application/json' } : {}),
    },
    ...(isPut ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    retryAfter: response.headers.get('retry-after'),
  }
}

const put = (cursor: string, headers = {}, consumer?: string): Promise<Answer> =>
  ask('PUT', consumer, { ...headers, body: { feed, cursor } })

/** Cursors after each of the facts. */
const places = async (query = ''): Promise<readonly string[]> =>
  (await world.page(query)).events.map(({ cursor }) => cursor)

const keeper = (log = new MemoryLog(world.broker)): CursorKeeper =>
  new CursorKeeper({ log, topic: ACKNOWLEDGED, transactionalId: 'another', logger })

describe('acknowledged cursors', () => {
  test('R72, R73: a cursor is kept for each consumer and feed, until it is removed', async () => {
    const [first = '', second = ''] = await places()
    expect((await ask('GET')).body).toMatchObject({ type: 'urn:facts:nothing-acknowledged' })
    const kept = await put(first)
    expect([kept.status, kept.etag]).toEqual([204, expect.stringMatching(/^"[0-9a-f-]{36}"$/)])
    await put(second, {}, 'bob@example.com')
    const got = await ask('GET')
    expect([got.status, got.etag]).toEqual([200, kept.etag])
    expect(got.body).toEqual({ feed, cursor: first, acknowledged_at: expect.any(String) as string })
    expect(Date.parse(String(got.body['acknowledged_at']))).toBeLessThanOrEqual(Date.now())
    expect((await ask('GET', 'bob@example.com')).body).toMatchObject({ cursor: second })
    expect((await ask('DELETE')).status).toBe(204)
    expect((await ask('GET')).status).toBe(404)
    expect((await ask('DELETE')).status).toBe(204)
  })

  test('R72: what was answered is kept by the log, for this server after a restart and for any other', async () => {
    const [cursor = ''] = await places()
    const other = keeper()
    await other.get({ consumer: 'ada', feed })
    await put(cursor)
    expect(await other.get({ consumer: 'ada', feed })).toMatchObject({ cursor })
    await other.change({ consumer: 'bob', feed }, () => ({
      cursor: 'x',
      acknowledgedAt: 'y',
      version: 'z',
    }))
    expect((await ask('GET', 'bob')).body).toMatchObject({ cursor: 'x' })
    await other.stop()
    await world.close()
    await world.open()
    expect((await ask('GET')).body).toMatchObject({ cursor })
  })

  test('R72, R21, R24, R26: what is no cursor of the feed is not kept', async () => {
    const [cursor = ''] = await places()
    expect((await put(`${cursor.slice(0, -2)}xx`)).body).toMatchObject({
      type: 'urn:facts:cursor-invalid',
    })
    expect((await put('')).body).toMatchObject({ type: 'urn:facts:parameter-invalid' })
    const more = await ask('PUT', 'ada', { body: { feed, cursor, force: true } })
    expect(more.body).toMatchObject({ type: 'urn:facts:parameter-invalid' })
    const elsewhere = await ask('PUT', 'ada', { body: { feed: 'secondary', cursor } })
    expect([elsewhere.status, elsewhere.body]).toMatchObject([404, { type: 'urn:facts:not-found' }])
    const other = await FeedWorld.start()
    try {
      other.secret.copy(world.secret)
      await world.close()
      await world.open()
      await other.write({ id: 1n }, { id: 2n }, { id: 3n })
      const { cursor: foreign } = await other.page()
      expect((await put(foreign)).body).toMatchObject({
        type: 'urn:facts:cursor-of-another-history',
      })
      for (let id = 1n; id <= 9n; id += 1n) await other.write({ id }, { id }, { id })
      const { cursor: ahead } = await other.page()
      expect((await put(ahead)).body).toMatchObject({
        type: 'urn:facts:cursor-of-another-history',
      })
    } finally {
      await other.stop()
    }
    expect((await ask('GET')).status).toBe(404)
  })

  test('R74: a cursor does not move back unless the one that it replaces is named', async () => {
    const [first = '', second = ''] = await places()
    const kept = await put(second)
    const refused = await put(first)
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { type: 'urn:facts:cursor-behind', cursor: second, etag: kept.etag },
    ])
    expect((await put(second)).status).toBe(204)
    const outdated = await put(first, { 'if-match': kept.etag })
    expect([outdated.status, outdated.body]).toMatchObject([
      412,
      { type: 'urn:facts:precondition-failed' },
    ])
    expect((await put(first, { 'if-none-match': '*' })).status).toBe(412)
    expect((await ask('DELETE', 'ada', { 'if-match': kept.etag })).status).toBe(412)
    const { etag } = await ask('GET')
    expect((await put(first, { 'if-match': etag })).status).toBe(204)
    expect((await ask('GET')).body).toMatchObject({ cursor: first })
    expect((await put(first, { 'if-match': '*' }, 'bob')).status).toBe(412)
    expect((await put(first, { 'if-none-match': '*' }, 'bob')).status).toBe(204)
  })

  test('R74: the places in a snapshot are in order, too', async () => {
    const [early = '', later = ''] = await places('?start=snapshot')
    const { cursor: head } = await world.page('?start=now')
    expect((await put(later)).status).toBe(204)
    expect((await put(early)).status).toBe(409)
    expect((await put(head)).status).toBe(204)
    expect((await put(later)).status).toBe(409)
  })

  test('R74: of many that name the same one, sent at once, one is taken', async () => {
    const [first = '', ...others] = await places()
    const { etag } = await put(first)
    const answers = await Promise.all(others.map((cursor) => put(cursor, { 'if-match': etag })))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 412, 412, 412, 412])
  })

  test('R74: many that come at once share transactions, and each is answered', async () => {
    const [cursor = ''] = await places()
    const before = world.broker.partition(ACKNOWLEDGED, 0).high
    const many = Array.from({ length: 100 }, (_, n) => put(cursor, {}, `c${n}`))
    expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([204]))
    // Each transaction ends with a marker.
    expect(world.broker.partition(ACKNOWLEDGED, 0).high - before).toBeLessThan(150)
    expect((await ask('GET', 'c99')).body).toMatchObject({ cursor })
  })
})

describe('beginning where a consumer has acknowledged to be', () => {
  const begin = '?start=acknowledged&consumer=ada'

  test('R75, R34: every session of the consumer gets everything after it', async () => {
    const all = await world.page()
    await put(all.events[1]?.cursor ?? '')
    const rest = all.events.slice(2).map(({ data }) => data['id'])
    expect((await world.page(begin)).events.map(({ data }) => data['id'])).toEqual(rest)
    const streams = await Promise.all([
      world.stream(begin),
      world.stream('?start=acknowledged', { 'x-consumer-id': 'ada' }),
    ])
    for (const stream of streams) {
      expect((await stream.next(4)).map(({ data }) => data.data['id'])).toEqual(rest)
    }
    const resumed = await world.page(`${begin}&last_event_id=${all.events[4]?.cursor}`)
    expect(resumed.events).toHaveLength(1)
  })

  test('R75: when nothing was acknowledged it begins nowhere, unless the request says where', async () => {
    const refused = await world.get(PAGES + begin)
    expect([refused.status, await refused.json()]).toMatchObject([
      404,
      { type: 'urn:facts:nothing-acknowledged' },
    ])
    expect((await world.page(`${begin}&otherwise=earliest`)).events).toHaveLength(6)
    expect((await world.page(`${begin}&otherwise=now`)).events).toEqual([])
    const [first] = (await world.page(`${begin}&otherwise=snapshot`)).events
    expect(first?.snapshot).toBe(true)
    await put((await world.page()).cursor)
    expect((await world.page(`${begin}&otherwise=earliest`)).events).toEqual([])
  })

  test.each([
    ['start=acknowledged', 'consumer'],
    ['otherwise=now', 'otherwise'],
    ['start=earliest&otherwise=now&consumer=ada', 'otherwise'],
    ['start=acknowledged&otherwise=acknowledged&consumer=ada', 'otherwise'],
    ['start=acknowledged&start_ts=1&consumer=ada', 'start_ts'],
  ])('R75, R33: %s is refused', async (query, parameter) => {
    const answer = await world.get(`${PAGES}?${query}`)
    expect([answer.status, await answer.json()]).toMatchObject([400, { parameter }])
  })

  test('R75, R23, R25: what is kept is honoured or refused like any cursor', async () => {
    const [cursor = ''] = await places()
    await put(cursor)
    const filtered = await world.get(`${PAGES}${begin}&where=id > 3`)
    expect(filtered.status).toBe(409)
    const partition = world.record({ id: 1n }).partition
    const same = [1n, 2n, 3n, 4n, 5n, 6n].filter(
      (id) => world.record({ id }).partition === partition,
    )
    for (const id of same) await world.write({ id })
    await world.trimmed(1n, Number(world.hub.positions[partition]?.next))
    expect((await world.get(PAGES + begin)).status).toBe(410)
  })
})
