import type { SeenPage } from '../feed-world'
import { FeedWorld, Status } from '../feed-world'

describe('events', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  const types = ({ events }: SeenPage): string[] =>
    events.map(({ type, data }) => `${type} ${String(data['id'])}`)
  const where = (filter: string): string => `?where=${encodeURIComponent(filter)}`

  test('R1: an event has a type, the fact, its commit time, a cursor and what was read for it', async () => {
    await world.write({ id: 1n, title: 'one', time: 1_795_000_000_123_456n })
    const { events } = await world.page()
    expect(events).toEqual([
      {
        type: 'add',
        data: expect.objectContaining({ id: '1', title: 'one' }),
        txn_ts: '2026-11-18T11:06:40.123456Z',
        cursor: expect.stringMatching(/^[\w-]+$/),
        stats: { read: 1, bytes: expect.any(Number) },
      },
    ])
  })

  test('R1: stats counts the facts that were read since the event before', async () => {
    for (const title of ['a', 'b', 'b', 'a']) await world.write({ id: 1n, title })
    const { events, stats } = await world.page(where('title == "a"'))
    expect(events.map((event) => [event.type, event.stats.read])).toEqual([
      ['add', 1],
      ['remove', 1],
      ['add', 2],
    ])
    expect(stats).toMatchObject({ read: 4, events: 3 })
  })

  test('R1, R8: stats counts the bytes of these facts, and the time of a page', async () => {
    const facts = [
      { id: 1n, title: 'a' },
      { id: 1n, title: 'b'.repeat(1_000) },
      { id: 1n, title: 'c'.repeat(50) },
      { id: 1n, title: 'a' },
    ]
    for (const fact of facts) await world.write(fact)
    const { events, stats } = await world.page(where('title == "a"'))
    const [added = 0, removed = 0, again = 0] = events.map((event) => event.stats.bytes)
    // The last fact, and the one that was passed over before it.
    expect(removed).toBe(added + 1_000)
    expect(again).toBe(2 * added + 49)
    expect(stats).toEqual({
      read: 4,
      events: 3,
      bytes: added + removed + again,
      ms: expect.any(Number),
    })
    const { cursor } = await world.page('?page_size=1')
    const kept = await world.page(`?page_size=2&cursor=${cursor}`)
    expect(Object.keys(kept.stats)).toEqual(['read', 'bytes', 'events'])
    const stream = await world.stream('?start=earliest')
    await stream.status('live')
    await world.write({ id: 2n, title: 'x'.repeat(300) })
    const live = await stream.next(5)
    const paged = (await world.page()).events
    expect(live.map(({ data }) => data.stats)).toEqual(paged.map((event) => event.stats))
  })

  test('R2: data is canonical protobuf JSON', async () => {
    await world.write({
      id: 9_007_199_254_740_993n,
      status: Status.STATUS_ACTIVE,
      verified: false,
      score: 0,
      fingerprint: Buffer.from([1, 2, 255]),
      createdAt: { seconds: 1n, nanos: 500_000_000 },
      serialNumber: 7n,
      happenedAt: '2026-01-02T03:04:05',
    })
    const { events } = await world.page()
    const { header, ...fields } = events[0]?.data ?? {}
    expect(header).toMatchObject({ subject: '9007199254740993', revision: '101' })
    expect(fields).toEqual({
      id: '9007199254740993',
      status: 'STATUS_ACTIVE',
      score: 0,
      fingerprint: 'AQL/',
      createdAt: '1970-01-01T00:00:01.500Z',
      serialNumber: '7',
      happenedAt: '2026-01-02T03:04:05',
    })
  })

  test('R3: a subject is added when it enters the set, updated inside, removed when it leaves or is deleted', async () => {
    await world.write({ id: 1n, quantity: 1 })
    await world.write({ id: 1n, quantity: 5 })
    await world.write({ id: 1n, quantity: 6 })
    await world.write({ id: 1n, quantity: 2 })
    await world.write({ id: 1n, quantity: 7 })
    await world.write({ id: 1n, kind: 'deleted' })
    await world.write({ id: 1n, kind: 'created', quantity: 8 })
    const all = ['add 1', 'update 1', 'remove 1', 'add 1', 'remove 1', 'add 1']
    expect(types(await world.page(where('quantity > 4')))).toEqual(all)
    const plain = ['add 1', 'update 1', 'update 1', 'update 1', 'update 1', 'remove 1', 'add 1']
    expect(types(await world.page())).toEqual(plain)
  })

  test('R3: the fact before decides at any position of the history', async () => {
    for (const quantity of [1, 5, 6, 2, 7]) await world.write({ id: 1n, quantity })
    const filter = where('quantity > 4')
    const { events } = await world.page(filter)
    for (const [index, { cursor }] of events.entries()) {
      const rest = await world.page(`${filter}&cursor=${cursor}`)
      expect(types(rest)).toEqual(types({ ...rest, events: events.slice(index + 1) }))
    }
  })

  test('R4: a remove tells the header and the key, and nothing of the values outside the set', async () => {
    await world.write(
      { id: 7n, title: 'mine', notes: 'n' },
      { id: 7n, title: 'secret', notes: 'hidden' },
    )
    const { events } = await world.page(where('title == "mine"'))
    expect(events.map(({ type }) => type)).toEqual(['add', 'remove'])
    expect(Object.keys(events[1]?.data ?? {})).toEqual(['header', 'id'])
    expect(JSON.stringify(events[1])).not.toMatch(/secret|hidden/)
  })

  test('R5: facts of one subject come in the order of the topic, all of them by commit time in a replay', async () => {
    for (let round = 0; round < 5; round += 1) {
      for (const id of [1n, 2n, 3n, 4n]) await world.write({ id, quantity: round + 1 })
    }
    const { events } = await world.page()
    const times = events.map((event) => String(event.txn_ts))
    expect(times).toEqual([...times].sort())
    for (const id of ['1', '2', '3', '4']) {
      const own = events.filter(({ data }) => data['id'] === id)
      expect(own.map(({ data }) => data['quantity'] as number)).toEqual([1, 2, 3, 4, 5])
    }
  })

  test('R6: what is not committed makes no event', async () => {
    const producer = await world.log.producer('another')
    const transaction = await producer.begin()
    await transaction.send([world.record({ id: 1n, title: 'never' })])
    await transaction.abort()
    await world.write({ id: 2n, title: 'committed' })
    expect(types(await world.page())).toEqual(['add 2'])
  })

  test('R6: a record that is no fact of the feed is passed over and counted', async () => {
    const fact = world.record({ id: 1n, title: 'one' })
    const odd = [
      { ...fact, value: Buffer.from('not protobuf') },
      { ...fact, value: null },
      { ...fact, key: null },
      { ...fact, key: Buffer.alloc(3_000, 'k') },
    ]
    const producer = await world.log.producer('odd')
    const transaction = await producer.begin()
    await transaction.send([fact, ...odd, world.record({ id: 1n, title: 'two' })])
    await transaction.commit()
    const page = await world.page()
    expect(types(page)).toEqual(['add 1', 'update 1'])
    expect(page.has_next).toBe(false)
    const { values } = await world.metrics.skipped.get()
    expect(values[0]?.value).toBeGreaterThanOrEqual(4)
  })
})
