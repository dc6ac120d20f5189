import { FeedWorld, PAGES, STREAM } from '../feed-world'

describe('reading', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  const ids = (events: readonly { readonly data: Record<string, unknown> }[]): string[] =>
    events.map(({ data }) => String(data['id']))

  test('R7: the feeds are listed with what a reader may name', async () => {
    const { feeds } = await world.json<{ feeds: readonly Record<string, unknown>[] }>('/feeds')
    expect(feeds).toMatchObject([
      {
        name: 'primary',
        message: 'wildapp.primary.v1.Primary',
        key: ['id'],
        pages: PAGES,
        stream: STREAM,
      },
    ])
    expect(feeds[0]?.['fields']).toEqual(expect.arrayContaining(['header', 'title', 'secondary']))
  })

  test('R8: pages hold as many events as asked for, and lead through everything', async () => {
    for (let id = 1n; id <= 25n; id += 1n) await world.write({ id })
    const seen: string[] = []
    const sizes: number[] = []
    let query = '?page_size=10'
    for (let more = true; more;) {
      const page = await world.page(query)
      seen.push(...ids(page.events))
      sizes.push(page.events.length)
      query = `?page_size=10&cursor=${page.cursor}`
      more = page.has_next
    }
    expect(sizes).toEqual([10, 10, 5])
    expect(new Set(seen).size).toBe(25)
  })

  test('R8: the cursor of an empty page is after everything that was read for it', async () => {
    await world.write({ id: 1n, title: 'other' })
    const filter = `?where=${encodeURIComponent('title == "mine"')}`
    const empty = await world.page(filter)
    expect(empty).toMatchObject({ events: [], has_next: false, stats: { read: 1 } })
    expect((await world.page(`${filter}&cursor=${empty.cursor}`)).stats.read).toBe(0)
  })

  test('R8: a page holds up to 16,000 events', async () => {
    const facts = Array.from({ length: 16_010 }, (_, index) => ({ id: BigInt(index) }))
    await world.write(...facts)
    const page = await world.page('?page_size=16000')
    expect([page.events.length, page.has_next]).toEqual([16_000, true])
    expect((await world.page(`?cursor=${page.cursor}`)).events).toHaveLength(10)
  })

  test('R8: a page that is large ends early', async () => {
    const notes = 'x'.repeat(1024 * 1024)
    for (let id = 1n; id <= 12n; id += 1n) await world.write({ id, notes })
    const large = await world.page('?page_size=100')
    expect(large.has_next).toBe(true)
    const rest = await world.page(`?page_size=100&cursor=${large.cursor}`)
    expect(ids([...large.events, ...rest.events]).sort()).toHaveLength(12)
  })

  test('R9: an empty page at the head waits for an event', async () => {
    const { cursor } = await world.page()
    const waiting = world.page(`?timeout=20000&cursor=${cursor}`)
    await world.write({ id: 5n })
    expect(ids((await waiting).events)).toEqual(['5'])
  })

  test('R9: a wait in vain answers empty, with a cursor that has moved past what was filtered out', async () => {
    const filter = `?where=${encodeURIComponent('title == "mine"')}`
    const { cursor } = await world.page(filter)
    const waiting = world.page(`${filter}&timeout=150&cursor=${cursor}`)
    await world.write({ id: 1n, title: 'other' })
    const page = await waiting
    expect(page).toMatchObject({ events: [], has_next: false })
    expect(page.cursor).not.toBe(cursor)
  })

  test('R11: pages, long polls and streams see the same events under the same cursors', async () => {
    for (let id = 1n; id <= 9n; id += 1n) await world.write({ id, quantity: Number(id) })
    const { events } = await world.page('?page_size=100')
    const stream = await world.stream('?start=earliest')
    const streamed = await stream.next(9)
    expect(streamed.map(({ data }) => data)).toEqual(events)
    const cursor = events[3]?.cursor ?? ''
    const resumed = await world.stream(`?cursor=${cursor}`)
    expect((await resumed.next(5)).map(({ id }) => id)).toEqual(
      events.slice(4).map((one) => one.cursor),
    )
    const polled = await world.page(`?timeout=1000&cursor=${streamed[6]?.id ?? ''}`)
    expect(polled.events).toEqual(events.slice(7))
  })

  test('R12: POST takes the parameters as a JSON object', async () => {
    await world.write({ id: 1n, title: 'a' }, { id: 2n, title: 'b' })
    const long = Array.from({ length: 90 }, (_, i) => `"${String(i).padStart(38, '0')}"`).join(',')
    const where = `title == "b" && !(title in [${long}])`
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const page = await world.page('', { ...init, body: JSON.stringify({ where, page_size: 5 }) })
    expect(ids(page.events)).toEqual(['2'])
    const body = JSON.stringify({ where, start: 'earliest', until: 'head' })
    expect(await (await world.get(STREAM, { ...init, body })).text()).toContain('"title":"b"')
  })

  test('R13: the last fact of a subject is one document', async () => {
    await world.write({ id: 1n, title: 'old' })
    await world.write({ id: 1n, title: 'new' })
    const document = await world.json(`${PAGES}/facts/1`)
    expect(document).toMatchObject({ data: { id: '1', title: 'new' } })
    expect(Object.keys(document)).toEqual(['data', 'txn_ts', 'cursor'])
    await world.write({ id: 2n, title: 'two' })
    const next = await world.page(`?cursor=${String(document['cursor'])}`)
    expect(ids(next.events)).toEqual(['2'])
  })

  test('R13: there is no document of a subject that was deleted or never there', async () => {
    await world.write({ id: 1n, title: 'old' })
    await world.write({ id: 1n, kind: 'deleted' })
    expect((await world.get(`${PAGES}/facts/1`)).status).toBe(404)
    expect((await world.get(`${PAGES}/facts/2`)).status).toBe(404)
  })

  test('R14: the head cursor is after every committed fact, the earliest before every retained one', async () => {
    await world.write({ id: 1n })
    const { head, earliest } = await world.json<Record<string, string>>(`${PAGES}/cursor`)
    await world.write({ id: 2n })
    expect(ids((await world.page(`?cursor=${head ?? ''}`)).events)).toEqual(['2'])
    expect(ids((await world.page(`?cursor=${earliest ?? ''}`)).events)).toEqual(['1', '2'])
  })
})
