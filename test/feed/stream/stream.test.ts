import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { waitFor } from '../../support/wait-for'
import type { WorldOptions } from '../feed-world'
import { FeedWorld, PAGES, STREAM, TOPIC } from '../feed-world'
import { unreachable } from '../unreachable-log'

describe('a stream', () => {
  let world: FeedWorld
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await FeedWorld.start(options)
  }
  afterEach(() => world.stop())

  test('R10: sends each event with its cursor, its type and one line of JSON, after a jittered retry', async () => {
    await start()
    await world.write({ id: 1n, title: 'two\nlines' })
    const stream = await world.stream('?start=earliest')
    const [event] = await stream.next(1)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(event).toMatchObject({
      event: 'add',
      data: { type: 'add', data: { title: 'two\nlines' } },
    })
    expect(event?.id).toBe(event?.data.cursor)
    expect(stream.raw).toMatch(/^retry: \d+\nevent: add\ndata: \{.*\}\nid: [\w-]+\n\n/)
    const retries = new Set<number | undefined>()
    for (let n = 0; n < 4; n += 1) {
      const other = await world.stream()
      await other.status('live')
      retries.add(other.retry)
    }
    expect(retries.size).toBeGreaterThan(1)
  })

  test('R34: every session of a consumer gets everything', async () => {
    await start()
    const sessions = [
      await world.stream('', { 'x-consumer-id': 'team-a' }),
      await world.stream('', { 'x-consumer-id': 'team-a' }),
      await world.stream('?consumer=team-a'),
      await world.stream(`?select=title`),
    ]
    await Promise.all(sessions.map((session) => session.status('live')))
    for (let id = 1n; id <= 20n; id += 1n) await world.write({ id })
    for (const session of sessions) {
      const seen = (await session.next(20)).map(({ data }) => data.data['id'])
      expect(new Set(seen).size).toBe(20)
    }
  })

  test('R34: sessions that chose the same are sent the same bytes, made once', async () => {
    await start()
    const sessions = [await world.stream(), await world.stream(), await world.stream()]
    await Promise.all(sessions.map((session) => session.status('live')))
    let made = 0
    const cursor = world.feed.cursor.bind(world.feed)
    jest.spyOn(world.feed, 'cursor').mockImplementation((...args) => {
      made += 1
      return cursor(...args)
    })
    for (let id = 1n; id <= 10n; id += 1n) await world.write({ id })
    const [first, ...others] = await Promise.all(sessions.map((session) => session.next(10)))
    for (const other of others) expect(other).toEqual(first)
    expect(made).toBe(10)
  })

  test.each([
    ['an event, which every reader takes', ''],
    ['an id alone, when it asks for that', '&status=false'],
  ])(
    'R35: a heartbeat moves the cursor as %s, also when everything was filtered out',
    async (_, query) => {
      await start({ server: { heartbeatMs: 100 } })
      const stream = await world.stream(`?where=${encodeURIComponent('title == "mine"')}${query}`)
      await stream.status('live')
      const before = stream.lastEventId
      await world.write({ id: 1n, title: 'other' })
      await waitFor('the cursor to move', () => stream.lastEventId !== before)
      expect(stream.facts).toEqual([])
      expect(stream.statuses.includes('heartbeat')).toBe(query === '')
      const again = await world.page(
        `?where=${encodeURIComponent('title == "mine"')}&cursor=${stream.lastEventId}`,
      )
      expect(again.stats.read).toBe(0)
    },
  )

  test('R35: the heartbeats of readers that chose the same are made once', async () => {
    await start({ server: { heartbeatMs: 100 } })
    const streams = [await world.stream('?status=true'), await world.stream()]
    await Promise.all(streams.map((stream) => stream.status('heartbeat')))
    const [first, second] = streams.map((stream) => stream.events.at(-1))
    expect(first?.id).toBe(first?.data.cursor)
    expect(second).toEqual(first)
  })

  test('R36: txn_ts of a status event is the latest commit time before it', async () => {
    await start({ server: { heartbeatMs: 100 } })
    const empty = await world.stream()
    await empty.status('live')
    expect(empty.events[0]?.data.txn_ts).toBeNull()
    await world.write({ id: 1n, title: 'mine', time: 1_795_000_000_123_456n })
    await world.write({ id: 2n, title: 'other', time: 1_795_000_009_000_000n })
    const where = encodeURIComponent('title == "mine"')
    const stream = await world.stream(`?where=${where}&start=earliest`)
    await stream.status('heartbeat')
    const statuses = stream.events.filter(({ event }) => event === 'status')
    expect(statuses.map(({ data }) => data.txn_ts)).toContain('2026-11-18T11:06:49Z')
    expect(new Set(statuses.map(({ data }) => data.txn_ts)).size).toBe(1)
    expect(Object.keys(statuses[0]?.data.stats ?? {})).toEqual(['read', 'bytes', 'ms'])
  })

  test('R36: status events carry a cursor to resume from', async () => {
    await start()
    await world.write({ id: 1n })
    const stream = await world.stream('?start=snapshot')
    await stream.status('live')
    expect(stream.statuses).toEqual(['snapshot-end', 'live'])
    for (const event of stream.events.filter((one) => one.event === 'status')) {
      expect(event.data).toMatchObject({
        type: 'status',
        txn_ts: expect.stringMatching(/^2026-/),
        stats: { read: expect.any(Number) },
      })
      expect((await world.page(`?cursor=${event.id}`)).events).toEqual([])
    }
  })

  test('R37: when Kafka is unreachable streams get a status, stay open, and continue without a gap', async () => {
    const outage = { on: false }
    await start({ log: (log) => unreachable(log, outage) })
    const stream = await world.stream()
    await stream.status('live')
    await world.write({ id: 1n })
    await stream.next(1)
    outage.on = true
    await stream.status('upstream-lost')
    const { cursor } = await world.page()
    for (const path of [
      `${PAGES}?start=now`,
      `${STREAM}?start=snapshot`,
      `${PAGES}/cursor`,
      `${PAGES}/facts/1`,
    ]) {
      const response = await world.get(path)
      expect([path, response.status]).toEqual([path, 503])
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const page = await world.get(`${PAGES}?cursor=${cursor}`)
    expect([page.status, page.headers.get('feed-upstream')]).toEqual([200, 'lost'])
    outage.on = false
    await stream.status('upstream-restored')
    await world.write({ id: 2n })
    expect((await stream.next(2)).map(({ data }) => data.data['id'])).toEqual(['1', '2'])
    expect(stream.isEnded).toBe(false)
  })

  test('R38: a slow reader is paused, not buffered for, and misses nothing', async () => {
    await start({ server: { bufferBytes: 64 * 1024 } })
    const slow = await RawStream.open(world.url)
    const quick = await world.stream()
    await Promise.all([quick.status('live'), slow.contains('"live"')])
    slow.socket.pause()
    const notes = 'x'.repeat(20_000)
    for (let id = 1n; id <= 400n; id += 1n) await world.write({ id, notes })
    expect(await quick.next(400)).toHaveLength(400)
    const pauses = (await world.metrics.pauses.get()).values[0]?.value ?? 0
    expect(pauses).toBeGreaterThan(0)
    const sent = await world.metrics.bytes.get()
    // One reader's share and what fits into the connection of the other, instead of twice everything.
    const live = sent.values.find(({ labels }) => labels['way'] === 'stream')?.value ?? 0
    expect(live).toBeLessThan(400 * 20_000 * 2 * 0.9)
    slow.socket.resume()
    await waitFor('the slow reader to have everything', () => slow.subjects().length >= 400)
    expect(slow.subjects()).toEqual(Array.from({ length: 400 }, (_, i) => String(i + 1)))
    slow.socket.destroy()
  })

  test('R38: a reader that takes nothing is closed', async () => {
    await start({ server: { bufferBytes: 64 * 1024, stallMs: 1_500 } })
    const slow = await RawStream.open(world.url)
    await slow.contains('"live"')
    slow.socket.pause()
    for (let id = 1n; id <= 400n; id += 1n) await world.write({ id, notes: 'x'.repeat(20_000) })
    await waitFor('the stalled stream to be closed', async () => {
      return ((await world.metrics.stalls.get()).values[0]?.value ?? 0) > 0
    })
    await waitFor(
      'its end',
      async () => (await world.metrics.sessions.get()).values[0]?.value === 0,
    )
    slow.socket.destroy()
  })

  test('R39: a server that is stopped closes the streams over a time, each at its cursor', async () => {
    await start({ server: { drainMs: 600 } })
    await world.write({ id: 1n })
    const streams = await Promise.all([1, 2, 3, 4].map(() => world.stream('?start=earliest')))
    await Promise.all(streams.map((stream) => stream.status('live')))
    const url = world.url
    const ends: number[] = []
    const watching = streams.map(async (stream) => {
      await stream.ended()
      ends.push(Date.now())
    })
    const closing = world.close()
    await waitFor('the first to be closed', () =>
      streams.some(({ statuses }) => statuses.includes('closing')),
    )
    const refused = await fetch(`${url}/feeds`).then(
      ({ status }) => status,
      () => 'no connection',
    )
    expect([503, 'no connection']).toContain(refused)
    await Promise.all([closing, ...watching])
    expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThan(250)
    await world.open()
    await world.write({ id: 2n })
    for (const stream of streams) {
      expect(stream.statuses.at(-1)).toBe('closing')
      const next = await world.page(`?cursor=${stream.lastEventId}`)
      expect(next.events.map(({ data }) => data['id'])).toEqual(['2'])
    }
  })

  test('R40: when the history is another one, streams end with an error', async () => {
    await start()
    await world.write({ id: 1n, title: 'old' })
    const stream = await world.stream('?start=earliest')
    await stream.status('live')
    world.broker.deleteTopic(TOPIC)
    world.broker.createTopic(TOPIC, 3)
    await stream.ended()
    expect(stream.events.at(-1)).toMatchObject({ event: 'error', data: { type: 'error' } })
    expect(
      (await world.get(`${PAGES}?cursor=${stream.lastEventId}`)).status,
    ).toBeGreaterThanOrEqual(400)
  })
})

/** A connection that can stop reading, which fetch cannot. */
class RawStream {
  private text = ''

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk))
    socket.on('error', () => undefined)
  }

  static async open(url: string): Promise<RawStream> {
    const { hostname, port, host } = new URL(url)
    const socket = connect(Number(port), hostname)
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.write(`GET ${STREAM} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
    return new RawStream(socket)
  }

  contains(text: string): Promise<true> {
    return waitFor(text, () => this.text.includes(text))
  }

  subjects(): readonly string[] {
    return [...this.text.matchAll(/"kind":"KIND_UPDATED","subject":"(\d+)"/g)].map(
      ([, subject = '']) => subject,
    )
  }
}
