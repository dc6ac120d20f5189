import type { SeenPage } from '../../feed-world'
import { FEED, PAGES, STREAM, Status } from '../../feed-world'
import { ACTIVE_ONES, ALL, RightsWorld, TITLES, changesOf } from '../../rights-world'

const [ACTIVE, DRAFT] = [Status.STATUS_ACTIVE, Status.STATUS_DRAFT]

describe('rights', () => {
  let world: RightsWorld
  beforeEach(async () => {
    world = await RightsWorld.start()
  })
  afterEach(() => world.stop())

  test('R55: a feed that is not granted is answered like one that does not exist', async () => {
    const others = { feeds: ['other'] }
    expect(await world.ask(others, '/feeds')).toEqual([200, { feeds: [] }])
    const nothing = await world.ask(others, '/feeds/nothing')
    expect(nothing[0]).toBe(404)
    for (const path of [
      PAGES,
      STREAM,
      `${PAGES}/cursor`,
      `${PAGES}/facts/1`,
      `${PAGES}?where=%%`,
    ]) {
      expect([path, ...(await world.ask(others, path))]).toEqual([path, ...nothing])
    }
    expect(await world.ask(ALL, '/feeds')).toMatchObject([200, { feeds: [{ name: FEED }] }])
  })

  test('R55: rights that are missing, or not understood, are none', async () => {
    const claims = [
      undefined,
      null,
      'all',
      [],
      {},
      { feeds: FEED },
      { ...ALL, where: 1 },
      { ...ALL, fields: 'title' },
      { ...ALL, filter: 'false' },
      { feeds: { [FEED]: { x: 1 } } },
      { feeds: { [FEED]: {} }, where: 'false' },
    ]
    for (const claim of claims) {
      expect([claim, ...(await world.ask(claim, PAGES))]).toMatchObject([
        claim,
        403,
        { type: 'urn:facts:not-allowed' },
      ])
    }
  })

  test('R55: rights may be given for each feed', async () => {
    await world.write()
    const { where } = ACTIVE_ONES
    const rights = { feeds: { [FEED]: { where, fields: ['title'] }, other: {} } }
    const { events } = await world.page(rights, '?start=snapshot')
    expect(events.map(({ data }) => data)).toEqual([
      { header: { subject: '3' }, id: '3', title: 'c' },
    ])
  })

  test('R55: no name of a feed is taken for a grant by accident', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect((await world.ask({ feeds: { [FEED]: {} } }, `/feeds/${name}`))[0]).toBe(404)
    }
  })

  test('R56: the set is within the granted one, in pages, snapshots, documents and streams', async () => {
    await world.write()
    expect(
      changesOf((await world.page(ACTIVE_ONES)).events)
        .split(',')
        .sort(),
    ).toEqual(['add 1', 'add 3', 'remove 1'])
    expect(changesOf((await world.page(ACTIVE_ONES, '?start=snapshot')).events)).toBe('add 3')
    const wide = encodeURIComponent('title != "" || true')
    expect(changesOf((await world.page(ACTIVE_ONES, `?start=snapshot&where=${wide}`)).events)).toBe(
      'add 3',
    )
    const narrow = encodeURIComponent('title == "a"')
    expect(changesOf((await world.page(ACTIVE_ONES, `?where=${narrow}`)).events)).toBe(
      'add 1,remove 1',
    )
    expect((await world.ask(ACTIVE_ONES, `${PAGES}/facts/3`))[0]).toBe(200)
    const hidden = await world.ask(ACTIVE_ONES, `${PAGES}/facts/1`)
    expect([hidden[0], hidden]).toEqual([404, await world.ask(ACTIVE_ONES, `${PAGES}/facts/99`)])
    const client = await world.stream(ACTIVE_ONES)
    await client.status('live')
    await world.feed.write({ id: 4n, status: DRAFT, notes: 'secret' }, { id: 3n, status: DRAFT })
    await world.feed.write({ id: 5n, status: ACTIVE })
    expect(changesOf((await client.next(2)).map(({ data }) => data))).toBe('remove 3,add 5')
    expect(client.raw).not.toMatch(/secret/)
  })

  test('R56: what leaves the granted set is removed without a word of what it has become', async () => {
    await world.write()
    const { events } = await world.page(ACTIVE_ONES)
    const removed = events.find(({ type }) => type === 'remove')
    expect(Object.keys(removed?.data ?? {})).toEqual(['header', 'id'])
  })

  test('R56: readers at the head with other rights share nothing', async () => {
    const [wide, narrow, bare] = [
      await world.stream(ALL),
      await world.stream(ACTIVE_ONES),
      await world.stream(TITLES),
    ]
    for (const client of [wide, narrow, bare]) await client.status('live')
    await world.feed.write(
      { id: 1n, title: 'a', status: DRAFT },
      { id: 2n, title: 'b', status: ACTIVE },
    )
    expect(changesOf((await wide.next(2)).map(({ data }) => data)).split(',')).toHaveLength(2)
    expect(changesOf((await narrow.next(1)).map(({ data }) => data))).toBe('add 2')
    for (const { data } of await bare.next(2)) {
      expect(Object.keys(data.data).sort()).toEqual(['header', 'id', 'title'])
    }
  })

  test('R56: a cursor that was made with wider rights is refused with narrower ones, and the other way', async () => {
    await world.write()
    const [wide, narrow] = [(await world.page(ALL)).cursor, (await world.page(ACTIVE_ONES)).cursor]
    const where = encodeURIComponent(ACTIVE_ONES.where)
    const same = (await world.page(ALL, `?where=${where}`)).cursor
    for (const path of [PAGES, STREAM]) {
      for (const [rights, cursor] of [
        [ACTIVE_ONES, wide],
        [ACTIVE_ONES, same],
        [ALL, narrow],
      ] as const) {
        expect(await world.ask(rights, `${path}?cursor=${cursor}`)).toMatchObject([
          409,
          { type: 'urn:facts:cursor-of-another-filter' },
        ])
      }
    }
    const { head } = (await world.ask(ACTIVE_ONES, `${PAGES}/cursor`))[1]
    expect((await world.page(ACTIVE_ONES, `?cursor=${String(head)}`)).events).toEqual([])
    expect((await world.page(ACTIVE_ONES, `?cursor=${narrow}`)).events).toEqual([])
  })

  test('R56: a granted filter that does not fit the feed grants nothing, and is not shown', async () => {
    const [status, body] = await world.ask({ ...ALL, where: 'nowhere == "internal-7"' }, PAGES)
    expect([status, body['type']]).toEqual([403, 'urn:facts:not-allowed'])
    expect(JSON.stringify(body)).not.toMatch(/nowhere|internal-7/)
  })

  test('R59: a stream ends with its token, at a cursor that another token takes', async () => {
    await world.feed.write({ id: 1n })
    const form = { exp: 4 }
    const began = Date.now()
    const client = await world.stream(ALL, '?start=earliest', form)
    await client.next(1)
    await client.ended()
    expect(client.statuses.at(-1)).toBe('closing')
    expect(Date.now() - began).toBeLessThan(10_000)
    await world.feed.write({ id: 2n })
    const resumed = await world.stream(ALL, `?cursor=${client.lastEventId}`)
    expect(changesOf((await resumed.next(1)).map(({ data }) => data))).toBe('add 2')
    expect(client.facts).toHaveLength(1)
  })

  test('R59: a long poll is answered when its token ends', async () => {
    const response = await world.feed.get(`${PAGES}?timeout=45000`, {
      headers: await world.headers(ALL, { exp: 4 }),
    })
    expect(((await response.json()) as SeenPage).events).toEqual([])
  })

  test('R60: the consumer is the subject, and sessions are counted for it', async () => {
    await world.stop()
    world = await RightsWorld.start(1)
    const own = await world.headers(ALL)
    const named = async (name: string): Promise<number> =>
      (await world.feed.get(PAGES, { headers: { ...own, 'x-consumer-id': name } })).status
    expect([await named('ada'), await named('eve')]).toEqual([200, 403])
    expect((await world.ask(ALL, `${STREAM}?consumer=eve`))[1]['type']).toBe(
      'urn:facts:not-allowed',
    )
    const first = await world.stream(ALL)
    await first.status('live')
    expect((await world.ask(ALL, STREAM))[0]).toBe(429)
    const token = await world.issuer.token(ALL, { sub: 'eve|1' })
    const other = await world.feed.stream('', { authorization: `Bearer ${token}` })
    await other.status('live')
  })

  test('R51: a page that may be kept is kept by its reader alone', async () => {
    await world.write()
    const { cursor } = await world.page(ALL, '?page_size=1')
    const path = `${PAGES}?page_size=2&cursor=${cursor}`
    const response = await world.feed.get(path, { headers: await world.headers(ALL) })
    expect([response.headers.get('cache-control'), response.headers.get('vary')]).toEqual([
      'private, max-age=86400, immutable',
      'Accept, Origin, Last-Event-ID, X-Consumer-Id, Authorization, Cookie',
    ])
    const etag = response.headers.get('etag') ?? ''
    const kept = { headers: { 'if-none-match': etag } }
    expect((await world.feed.get(path, kept)).status).toBe(401)
  })
})
