import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES, STREAM } from '../feed-world'
import type { SeenEvent } from '../sse-client'

type OrderedEvent = SeenEvent['data'] & { readonly late?: boolean }
const ORDER = 'order=commit&window=1000'

const ids = (events: readonly SeenEvent['data'][]): string[] =>
  events.map(({ data }) => String(data['id']))
const late = (events: readonly OrderedEvent[]): string[] =>
  ids(events.filter((event) => event.late === true))

const began = Math.floor(Date.now() / 1000)
/** Seconds before the tests, at the beginning of a window of a second, and so many milliseconds into it. */
const ago = (seconds: number, ms = 0): bigint => BigInt((began - seconds) * 1000 + ms) * 1000n

describe('the order of commits', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start({ partitions: 6 })
  })
  afterEach(() => world.stop())

  test('R68: pages merge the partitions by commit time, then by the position in the source', async () => {
    const time = ago(60)
    await world.write({ id: 1n, time: ago(60, 300) }, { id: 2n, time: ago(60, 100) })
    await world.write({ id: 3n, time: ago(60, 200) }, { id: 4n, time: ago(61) })
    // One transaction, whose changes lie in several partitions.
    await world.write(...[9n, 8n, 7n, 6n, 5n].map((id) => ({ id, time })))
    const { events } = await world.page(`?${ORDER}`)
    expect(ids(events)).toEqual(['4', '9', '8', '7', '6', '5', '2', '3', '1'])
  })

  test('R68: facts of one subject keep their order when commit times go back', async () => {
    await world.write({ id: 1n, quantity: 1, time: ago(60, 500) })
    await world.write({ id: 1n, quantity: 2, time: ago(60, 100) }, { id: 2n, time: ago(60, 300) })
    const { events } = await world.page(`?${ORDER}`)
    expect(ids(events)).toEqual(['2', '1', '1'])
    expect(events.map(({ data }) => data['quantity'])).toEqual([undefined, 1, 2])
  })

  test('R68: a window is sent when the clock is past its end by the lag', async () => {
    const time = BigInt(Date.now()) * 1000n
    await world.write({ id: 1n, time })
    const closes = (Math.floor(Number(time / 1000n) / 1000) + 1) * 1000
    expect((await world.page(`?${ORDER}&lag=60000`)).events).toEqual([])
    const waited = await world.page(`?${ORDER}&lag=300&timeout=10000`)
    expect(Date.now()).toBeGreaterThanOrEqual(closes + 300)
    expect(ids(waited.events)).toEqual(['1'])
  })

  test('R69: the events of a window carry its start, and a page ends after whole windows', async () => {
    await world.write(
      { id: 1n, time: ago(60) },
      { id: 2n, time: ago(60) },
      { id: 3n, time: ago(50) },
    )
    const page = await world.page(`?${ORDER}&page_size=1`)
    expect(ids(page.events)).toEqual(['1', '2'])
    expect(page.has_next).toBe(true)
    const [start = ''] = page.events.map(({ cursor }) => cursor)
    expect(page.events.map(({ cursor }) => cursor)).toEqual([start, start])
    expect(ids((await world.page(`?${ORDER}&cursor=${start}`)).events)).toEqual(['1', '2', '3'])
    expect(ids((await world.page(`?${ORDER}&cursor=${page.cursor}`)).events)).toEqual(['3'])
  })

  test('R69: in streams the end of a window moves the cursor, by an id or a status', async () => {
    await world.write(
      { id: 1n, time: ago(60) },
      { id: 2n, time: ago(60) },
      { id: 3n, time: ago(50) },
    )
    const silent = await world.stream(`?${ORDER}&start=earliest&status=false`)
    const [first] = await silent.next(3)
    await waitFor('the end of the window', () => silent.lastEventId !== silent.facts.at(-1)?.id)
    expect(silent.raw.match(/\n\nid: \S+(?=\n\n)/g)).toHaveLength(2)
    const again = await world.stream(`?${ORDER}`, { 'last-event-id': first?.id ?? '' })
    expect(ids((await again.next(3)).map(({ data }) => data))).toEqual(['1', '2', '3'])
    const sent = await world.stream(`?${ORDER}&start=earliest&status=true`)
    await waitFor(
      'both windows',
      () => sent.statuses.filter((it) => it === 'window-end').length === 2,
    )
  })

  test('R69, R11, R23: cursors go from one way of reading to the other', async () => {
    await world.write(
      { id: 1n, time: ago(250) },
      { id: 2n, time: ago(260) },
      { id: 3n, time: ago(240) },
    )
    const plain = await world.page('?page_size=1')
    expect(ids((await world.page(`?${ORDER}&cursor=${plain.cursor}`)).events)).toHaveLength(2)
    const ordered = await world.page(`?${ORDER}&page_size=1`)
    expect(ids(ordered.events)).toEqual(['2'])
    expect(ids((await world.page(`?cursor=${ordered.cursor}`)).events).sort()).toEqual(['1', '3'])
    const resumed = await world.page(`?order=commit&window=60000&cursor=${ordered.cursor}`)
    expect(ids(resumed.events)).toEqual(['1', '3'])
  })

  test('R70: a fact that arrives after its window was sent is sent immediately, marked as late', async () => {
    await world.write({ id: 1n, time: ago(60) })
    const sent = await world.page(`?${ORDER}`)
    const stream = await world.stream(`?${ORDER}&cursor=${sent.cursor}`)
    await world.write({ id: 2n, time: ago(70) }, { id: 3n, time: ago(50) })
    const page = await world.page(`?${ORDER}&cursor=${sent.cursor}`)
    expect([ids(page.events), late(page.events)]).toEqual([['2', '3'], ['2']])
    const live = (await stream.next(2)).map(({ data }) => data)
    expect([ids(live), late(live)]).toEqual([['2', '3'], ['2']])
    // A reader that begins now gets both in order.
    const again = await world.page(`?${ORDER}`)
    expect([ids(again.events), late(again.events)]).toEqual([['2', '1', '3'], []])
  })

  test('R70: a fast stream and a sweep differ only in lag', async () => {
    const fast = await world.stream('?order=commit&window=100&lag=100&start=earliest')
    const sweep = await world.stream('?order=commit&window=100&lag=1500&start=earliest')
    const now = BigInt(Date.now())
    await world.write({ id: 1n, time: now * 1000n })
    await fast.next(1)
    await world.write({ id: 2n, time: (now - 100n) * 1000n }, { id: 3n, time: (now - 50n) * 1000n })
    const [seen, swept] = [await fast.next(3), await sweep.next(3)]
    expect(seen.map(({ data }) => data.data['id']).sort()).toEqual(['1', '2', '3'])
    expect(swept.map(({ data }) => data.data['id'])).toEqual(['2', '3', '1'])
    expect(late(swept.map(({ data }) => data))).toEqual([])
  })

  test('R71: after a snapshot come windows, filtered, projected and shared as any feed', async () => {
    await world.write({ id: 1n, title: 'a', time: ago(90) }, { id: 2n, title: 'b', time: ago(90) })
    const stream = await world.stream(`?${ORDER}&start=snapshot&select=title&where=title == "a"`)
    await stream.status('live')
    await world.write({ id: 2n, title: 'a', time: ago(50) }, { id: 1n, title: 'b', time: ago(60) })
    const seen = (await stream.next(3)).map(({ data }) => data)
    expect(seen.map(({ type, snapshot }) => [type, snapshot === true])).toEqual([
      ['add', true],
      ['remove', false],
      ['add', false],
    ])
    expect(Object.keys(seen[2]?.data ?? {}).sort()).toEqual(['header', 'id', 'title'])
    const shards = await Promise.all(
      ['1/2', '2/2'].map((shard) => world.page(`?${ORDER}&shard=${shard}`)),
    )
    expect(shards.flatMap(({ events }) => events)).toHaveLength(4)
  })

  test.each([
    ['window=1000', 'window'],
    ['order=commit&window=50', 'window'],
    ['order=commit&window=60001', 'window'],
    ['order=size', 'order'],
    ['order=commit&format=cloudevents', 'order'],
  ])('R71, R33: %s is refused', async (query, parameter) => {
    const answer = await world.get(`${PAGES}?${query}`)
    expect([answer.status, await answer.json()]).toMatchObject([400, { parameter }])
  })

  test.each([
    ['in the order of commits', `${ORDER}&lag=50`],
    ['with a lag', 'lag=1500'],
    ['in the order of commits and with a lag', 'order=commit&window=100&lag=1500'],
  ])(
    'R20, R50, R68: until=head ends %s after the facts that were committed before the request',
    async (_, query) => {
      const now = BigInt(Date.now()) * 1000n
      await world.write({ id: 1n, time: now }, { id: 2n, time: now - 1000n })
      await world.write({ id: 3n, time: now - 400_000n })
      const stream = await world.stream(`?${query}&start=earliest&until=head`)
      await stream.ended()
      expect(stream.facts.map(({ data }) => data.data['id']).sort()).toEqual(['1', '2', '3'])
      expect(stream.statuses.at(-1)).toBe('end')
      const again = await world.get(`${STREAM}?${query}&until=head`, {
        headers: { 'last-event-id': stream.lastEventId },
      })
      expect(again.status).toBe(204)
      await world.write({ id: 4n, time: now - 60_000_000n })
      const more = await world.stream(`?${query}&until=head`, {
        'last-event-id': stream.lastEventId,
      })
      await more.ended()
      expect(more.facts.map(({ data }) => data.data['id'])).toEqual(['4'])
    },
  )

  test('R20, R68: the window that until=head ends with is whole', async () => {
    const time = (BigInt(Date.now()) / 100n) * 100_000n
    await world.write({ id: 1n, time })
    const stream = await world.stream(`?order=commit&window=100&lag=1500&start=earliest&until=head`)
    await world.write({ id: 2n, time: time + 1n })
    await stream.ended()
    expect(stream.facts.map(({ data }) => data.data['id'])).toEqual(['1', '2'])
    const rest = await world.page(`?order=commit&window=100&cursor=${stream.lastEventId}`)
    expect(rest.events).toEqual([])
  })

  test('R71, R51: pages in the order of commits are not kept', async () => {
    await world.write({ id: 1n, time: ago(60) }, { id: 2n, time: ago(50) })
    const { cursor } = await world.page(`?${ORDER}&page_size=1`)
    const page = await world.get(`${PAGES}?${ORDER}&lag=0&page_size=1&cursor=${cursor}`)
    expect(page.headers.get('cache-control')).toBe('no-store')
  })

  test('R71: a window of more than 10,000 facts is sent in parts, each of which advances the cursor', async () => {
    const time = ago(60)
    for (let from = 0; from < 10_500; from += 1_500) {
      await world.write(
        ...Array.from({ length: 1_500 }, (_, n) => ({ id: BigInt(from + n), time })),
      )
    }
    const first = await world.page(`?${ORDER}&select=id`)
    expect(first.events).toHaveLength(10_000)
    const rest = await world.page(`?${ORDER}&select=id&cursor=${first.cursor}`)
    expect(rest.events).toHaveLength(500)
    expect(late(rest.events)).toEqual([])
    expect(new Set(ids([...first.events, ...rest.events])).size).toBe(10_500)
  }, 60_000)
})

test('R68: a window is not sent before everything committed until then has been read', async () => {
  let isSlow = false
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const world = await FeedWorld.start({
    partitions: 6,
    log: (log) => ({
      admin: log.admin,
      readRange: (...args) => log.readRange(...args),
      reader: (topics) => {
        const reader = log.reader(topics)
        return {
          start: (onRecords, from) =>
            reader.start((records) => {
              // One partition lags behind the others.
              const [lagging, there] = [
                records.filter(isBehind),
                records.filter((it) => !isBehind(it)),
              ]
              if (!isSlow) {
                onRecords(records)
                return
              }
              onRecords(there)
              void gate.then(() => onRecords(lagging))
            }, from),
          catchUp: async () => {
            await reader.catchUp()
            if (isSlow) await gate
          },
          stop: () => reader.stop(),
        }
      },
    }),
  })
  const partition = world.record({ id: 1n }).partition
  const isBehind = (record: { readonly partition: number }): boolean =>
    record.partition === partition
  try {
    isSlow = true
    const stream = await world.stream(`?${ORDER}&lag=0&start=earliest`)
    const others = [2n, 3n, 4n, 5n].filter((id) => world.record({ id }).partition !== partition)
    await world.write({ id: 1n, time: ago(60) }, ...others.map((id) => ({ id, time: ago(50) })))
    await waitFor('the others', () =>
      world.hub.positions.some(({ next }, index) => index !== partition && next > 0n),
    )
    const asked = jest.spyOn(world.hub, 'isCompleteUntil')
    await waitFor('the window to be thought of', () => asked.mock.calls.length > 2)
    expect(stream.facts).toEqual([])
    release()
    const seen = (await stream.next(1 + others.length)).map(({ data }) => data)
    expect([ids(seen)[0], late(seen)]).toEqual(['1', []])
  } finally {
    release()
    await world.stop()
  }
})
