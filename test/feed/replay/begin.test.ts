import { FeedWorld, PAGES, STREAM } from '../feed-world'

const SECOND = 1_000_000n
const TIME = 1_796_000_000n * SECOND

describe('where a reader begins', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  const ids = (events: readonly { readonly data: Record<string, unknown> }[]): string[] =>
    events.map(({ data }) => String(data['id']))
  const streamed = async (
    query: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<string[]> => {
    const stream = await world.stream(query, headers)
    await stream.status('live')
    return stream.facts.map(({ data }) => String(data.data['id']))
  }

  test('R15: start=earliest begins before the first fact, start=now after the last', async () => {
    await world.write({ id: 1n })
    await world.write({ id: 2n })
    expect(await streamed('?start=earliest')).toEqual(['1', '2'])
    expect(await streamed('?start=now')).toEqual([])
    expect(ids((await world.page('?start=now')).events)).toEqual([])
  })

  test('R15: a stream begins at now by default, a page at earliest', async () => {
    await world.write({ id: 1n })
    expect(await streamed('')).toEqual([])
    expect(ids((await world.page()).events)).toEqual(['1'])
  })

  test('R16: start_ts begins after everything that was committed up to then', async () => {
    for (const id of [1n, 2n, 3n, 4n, 5n, 6n]) await world.write({ id, time: TIME + id * SECOND })
    const after = async (start: string): Promise<string[]> =>
      ids((await world.page(`?start_ts=${encodeURIComponent(start)}`)).events)
    expect(await after(String(TIME + 4n * SECOND))).toEqual(['5', '6'])
    expect(await after(String(TIME + 4n * SECOND - 1n))).toEqual(['4', '5', '6'])
    expect(await after(new Date(Number(TIME / 1000n) + 2_000).toISOString())).toEqual([
      '3',
      '4',
      '5',
      '6',
    ])
    expect(await after('2026-11-30T02:53:20+02:00')).toHaveLength(6)
    expect(await after(String(TIME + 60n * SECOND))).toEqual([])
  })

  test.each([
    ['seconds', '1710456655'],
    ['milliseconds', '1710456655000'],
    ['nanoseconds', '1710456655000000000'],
    ['a negative number', '-1710456655000000'],
    ['a day that its month does not have', '2026-02-30T00:00:00Z'],
    ['a day of no leap year', '2026-02-29T00:00:00Z'],
    ['a 31st of April', '2026-04-31T00:00:00Z'],
    ['a month that no year has', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-01-01T24:00:00Z'],
    ['minute 60', '2026-01-01T00:60:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['a zone that does not exist', '2026-01-01T00:00:00+24:00'],
    ['a zone of 60 minutes', '2026-01-01T00:00:00+01:60'],
    ['no zone', '2026-01-01T00:00:00'],
    ['a day alone', '2026-01-01'],
    ['ten digits after the second', '2026-01-01T00:00:00.1234567890Z'],
    ['a year beyond the last', '10000-01-01T00:00:00Z'],
  ])('R16, R33: %s is rejected, with the expected form', async (_, start) => {
    const response = await world.get(`${PAGES}?start_ts=${encodeURIComponent(start)}`)
    const { parameter, detail } = (await response.json()) as Record<string, string>
    expect([response.status, parameter]).toEqual([400, 'start_ts'])
    expect(detail).toMatch(/RFC 3339 with a zone.*microseconds since 1970/)
  })

  test('R16: a body may have the number, but not of seconds', async () => {
    const at = async (start: number): Promise<number> => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ start_ts: start })
      return (await world.get(PAGES, { method: 'POST', headers, body })).status
    }
    expect(await at(1_795_000_000)).toBe(400)
    expect(await at(1_795_000_000_000_000)).not.toBe(400)
  })

  test.each([
    '2024-02-29T23:59:59.999999999Z',
    '2026-01-01t00:00:00z',
    '1969-12-31T23:00:00-01:00',
  ])('R16: %s is taken', async (start) => {
    const { status } = await world.get(`${PAGES}?start_ts=${encodeURIComponent(start)}`)
    expect(status).not.toBe(400)
  })

  test('R16: no fact of later is missed when times do not grow along a partition', async () => {
    const order = [1n, 9n, 3n, 12n, 5n, 14n, 7n]
    for (const [index, at] of order.entries()) {
      await world.write({ id: BigInt(index + 1), time: TIME + at * SECOND })
    }
    for (let from = 0n; from < 15n; from += 1n) {
      const { events } = await world.page(`?start_ts=${TIME + from * SECOND}`)
      const expected = order
        .map((at, index) => [at, String(index + 1)] as const)
        .filter(([at]) => at > from)
      expect(ids(events)).toEqual(expect.arrayContaining(expected.map(([, id]) => id)))
    }
  })

  test('R16: a time of which facts may be gone already is refused', async () => {
    await world.write(...[1n, 2n, 3n, 4n].map((id) => ({ id: 7n, time: TIME + id * SECOND })))
    await world.trimmed(7n, 2)
    expect((await world.get(`${PAGES}?start_ts=${TIME + SECOND}`)).status).toBe(410)
    expect(ids((await world.page(`?start_ts=${TIME + 2n * SECOND}`)).events)).toEqual(['7', '7'])
  })

  test('R17: start=snapshot sends the set as it is, then what comes', async () => {
    await world.write({ id: 1n, title: 'a' }, { id: 2n, title: 'b' }, { id: 3n, title: 'a' })
    await world.write(
      { id: 1n, title: 'a', quantity: 2 },
      { id: 3n, kind: 'deleted' },
      { id: 4n, title: 'a' },
    )
    const stream = await world.stream(`?start=snapshot&where=${encodeURIComponent('title == "a"')}`)
    await stream.status('live')
    expect(
      stream.facts.map(({ data }) => [data.type, data.snapshot, data.data['id']]).sort(),
    ).toEqual([
      ['add', true, '1'],
      ['add', true, '4'],
    ])
    expect(stream.statuses).toEqual(['snapshot-end', 'live'])
    await world.write({ id: 1n, title: 'gone' }, { id: 2n, title: 'a' })
    const after = (await stream.next(4))
      .slice(2)
      .map(({ data }) => [data.type, data.snapshot, data.data['id']])
    expect(after.sort()).toEqual([
      ['add', undefined, '2'],
      ['remove', undefined, '1'],
    ])
  })

  test('R17: a snapshot is cut and resumed anywhere while rows change, and nothing is missing or twice', async () => {
    for (let id = 1n; id <= 40n; id += 1n) await world.write({ id, quantity: 1 })
    const state = new Map<string, number>()
    let query = '?start=snapshot&page_size=3'
    let quantity = 1
    for (let more = true; more;) {
      const page = await world.page(query)
      for (const { type, data } of page.events) {
        const id = String(data['id'])
        expect([type, id, state.has(id)]).toEqual([type, id, type !== 'add'])
        if (type === 'remove') state.delete(id)
        else state.set(id, Number(data['quantity']))
      }
      query = `?page_size=3&cursor=${page.cursor}`
      more = page.has_next
      if (quantity > 12) continue
      quantity += 1
      await world.write(
        ...[1n, 9n, 17n, 33n].map((id) => ({ id: id + BigInt(quantity % 5), quantity })),
        { id: 100n + BigInt(quantity), quantity },
        { id: BigInt(20 + quantity), kind: 'deleted' as const },
      )
    }
    const truth = new Map<string, number>()
    for (const { type, data } of (await world.page('?page_size=1000')).events) {
      if (type === 'remove') truth.delete(String(data['id']))
      else truth.set(String(data['id']), Number(data['quantity']))
    }
    expect(new Map([...state].sort())).toEqual(new Map([...truth].sort()))
  })

  test('R18: a cursor is exclusive, and may be given in each of its forms', async () => {
    await world.write({ id: 1n })
    await world.write({ id: 2n })
    const { events } = await world.page()
    const cursor = events[0]?.cursor ?? ''
    expect(await streamed(`?cursor=${cursor}`)).toEqual(['2'])
    expect(await streamed(`?last_event_id=${cursor}`)).toEqual(['2'])
    expect(await streamed(`?lastEventId=${cursor}`)).toEqual(['2'])
    expect(await streamed('', { 'last-event-id': cursor })).toEqual(['2'])
    expect(ids((await world.page(`?lastEventId=${cursor}`)).events)).toEqual(['2'])
  })

  test('R18: Last-Event-ID overrides what the address says, as a browser that reconnects needs', async () => {
    await world.write({ id: 1n })
    await world.write({ id: 2n })
    const { events, cursor } = await world.page()
    const first = events[0]?.cursor ?? ''
    expect(await streamed('?start=snapshot', { 'last-event-id': first })).toEqual(['2'])
    expect(
      await streamed(`?cursor=${cursor}&last_event_id=${cursor}`, { 'last-event-id': first }),
    ).toEqual(['2'])
    expect(await streamed('?start=earliest', { 'last-event-id': '' })).toEqual(['1', '2'])
  })

  test('R19: the answer says where the reading really began', async () => {
    await world.write({ id: 1n })
    const { head, earliest } = await world.json<Record<string, string>>(`${PAGES}/cursor`)
    const began = async (path: string): Promise<string | null> => {
      const response = await world.get(path, { signal: AbortSignal.timeout(5_000) })
      const at = response.headers.get('feed-start-cursor')
      await response.body?.cancel()
      return at
    }
    expect(await began(PAGES)).toBe(earliest)
    expect(await began(`${PAGES}?start=now`)).toBe(head)
    expect(await began(STREAM)).toBe(head)
    expect(await began(`${STREAM}?cursor=${earliest ?? ''}`)).toBe(earliest)
  })

  test('R20: until=head ends the stream after the facts that were committed before the request', async () => {
    for (let id = 1n; id <= 5n; id += 1n) await world.write({ id })
    const stream = await world.stream('?start=earliest&until=head')
    await stream.ended()
    expect(stream.facts).toHaveLength(5)
    expect(stream.statuses).toEqual(['end'])
    const again = await world.get(`${STREAM}?until=head`, {
      headers: { 'last-event-id': stream.lastEventId },
    })
    expect(again.status).toBe(204)
    await world.write({ id: 6n })
    const more = await world.stream('?until=head', { 'last-event-id': stream.lastEventId })
    await more.ended()
    expect(more.facts).toHaveLength(1)
  })
})
