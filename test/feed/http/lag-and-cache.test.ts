import type { SeenPage } from '../feed-world'
import { FeedWorld, PAGES } from '../feed-world'

describe('lag', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  const ids = (events: readonly { readonly data: Record<string, unknown> }[]): string[] =>
    events.map(({ data }) => String(data['id']))
  const ago = (ms: number): bigint => BigInt(Date.now() - ms) * 1000n

  test('R50: facts come when they are old enough, in pages, snapshots and streams', async () => {
    await world.write({ id: 1n, time: ago(60_000) }, { id: 2n, time: ago(0) })
    expect(ids((await world.page('?lag=30000')).events)).toEqual(['1'])
    expect(ids((await world.page('?lag=30000&start=snapshot')).events)).toEqual(['1'])
    const stream = await world.stream('?start=earliest&lag=500')
    await world.write({ id: 3n, time: ago(0) })
    expect(ids((await stream.next(3)).map(({ data }) => data))).toHaveLength(3)
  })

  test('R50: facts after a delayed fact wait with it, and nothing is omitted', async () => {
    const time = ago(10_000)
    await world.write({ id: 1n, time: ago(90_000) }, { id: 1n, time: ago(5_000) }, { id: 1n, time })
    const early = await world.page('?lag=7000')
    expect(early.events).toHaveLength(1)
    const rest = await world.page(`?cursor=${early.cursor}`)
    expect(rest.events).toHaveLength(2)
    const waited = await world.page(`?lag=5500&timeout=5000&cursor=${early.cursor}`)
    expect(waited.events).toHaveLength(2)
  })
})

describe('caching', () => {
  let world: FeedWorld
  beforeAll(async () => {
    world = await FeedWorld.start()
    for (let id = 1n; id <= 9n; id += 1n) await world.write({ id })
  })
  afterAll(() => world.stop())

  const policy = async (
    query: string,
    headers: Record<string, string> = {},
  ): Promise<string | null> =>
    (await world.get(PAGES + query, { headers })).headers.get('cache-control')

  test('R51: a full page that a cursor began may be kept, others not', async () => {
    const { cursor } = await world.page('?page_size=2')
    expect(await policy(`?page_size=3&cursor=${cursor}`)).toBe('public, max-age=86400, immutable')
    expect(await policy(`?page_size=50&cursor=${cursor}`)).toBe('no-store')
    expect(await policy(`?page_size=3&timeout=10&cursor=${cursor}`)).toBe('no-store')
    expect(await policy(`?page_size=3&cursor=${cursor}`, { 'x-consumer-id': 'a' })).toBe('no-store')
    expect(await policy('?page_size=3')).toBe('no-store')
    expect(await policy(`?page_size=3&cursor=${cursor}x`)).toBe('no-store')
  })

  test('R51: a kept page is the same later, and is not sent again', async () => {
    const { cursor } = await world.page('?page_size=2')
    const url = `${PAGES}?page_size=3&cursor=${cursor}`
    const first = await world.get(url)
    const etag = first.headers.get('etag') ?? ''
    const text = await first.text()
    await world.write({ id: 100n }, { id: 2n })
    expect(await (await world.get(url)).text()).toBe(text)
    const again = await world.get(url, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const batch = await world.get(url, {
      headers: { accept: 'application/cloudevents-batch+json' },
    })
    expect([batch.headers.get('etag') === etag, batch.headers.get('vary')]).toEqual([
      false,
      'Accept, Origin, Last-Event-ID, X-Consumer-Id',
    ])
  })

  test('R51: a page that Last-Event-ID began is not kept, wherever its URL begins', async () => {
    const { cursor } = await world.page('?page_size=2')
    const headers = { 'last-event-id': cursor }
    expect(await policy('?page_size=3', headers)).toBe('no-store')
    expect(await policy(`?page_size=3&cursor=${cursor}`, headers)).toBe('no-store')
    expect(await policy(`?page_size=3&last_event_id=${cursor}`)).toMatch(/^public/)
  })

  test('R51: pages at one URL are each another through a shared cache', async () => {
    const cache = new SharedCache(world)
    const { cursor } = await world.page('?page_size=1')
    const url = `${PAGES}?page_size=2&cursor=${cursor}`
    const seen: string[] = []
    let headers: Record<string, string> = {}
    for (let count = 0; count < 4; count += 1) {
      const page = JSON.parse(await cache.get(url, headers)) as SeenPage
      seen.push(...page.events.map(({ data }) => String(data['id'])))
      headers = { 'last-event-id': page.cursor }
    }
    expect(seen).toEqual(['2', '3', '4', '5', '6', '7', '8', '9'])
    for (let hits = 1; hits <= 2; hits += 1) {
      await cache.get(url, {})
      expect(cache.hits).toBe(hits)
    }
    await cache.get(url, { 'x-consumer-id': 'a' })
    expect(cache.hits).toBe(2)
  })

  test.each([
    ['a list', (etag: string) => `"another", ${etag}`],
    ['a weak one', (etag: string) => `W/${etag}`],
    ['a weak one in a list', (etag: string) => `W/"x",W/${etag} , "y"`],
    ['any', () => '*'],
  ])('R51: If-None-Match as %s is answered 304', async (_, named) => {
    const { cursor } = await world.page('?page_size=2')
    const url = `${PAGES}?page_size=3&cursor=${cursor}`
    const etag = (await world.get(url)).headers.get('etag') ?? ''
    const again = await world.get(url, { headers: { 'if-none-match': named(etag) } })
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
    const others = etag.replace(/"$/, 'x"')
    const other = await world.get(url, { headers: { 'if-none-match': `W/${others}, ${others}` } })
    expect(other.status).toBe(200)
  })
})

/** Keeps what may be kept, and answers with it who asks the same with the headers that it varies by. */
class SharedCache {
  hits = 0
  private readonly kept: {
    readonly key: string
    readonly names: string[]
    readonly text: string
  }[] = []

  constructor(private readonly world: FeedWorld) {}

  async get(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
    const keyOf = (names: readonly string[]): string =>
      JSON.stringify([url, ...names.map((name) => headers[name])])
    const found = this.kept.find(({ key, names }) => key === keyOf(names))
    if (found !== undefined) {
      this.hits += 1
      return found.text
    }
    const response = await this.world.get(url, { headers })
    const text = await response.text()
    if (/public/.test(response.headers.get('cache-control') ?? '')) {
      const vary = response.headers.get('vary')?.toLowerCase() ?? ''
      const names = vary.split(/\s*,\s*/).filter((name) => name !== '')
      this.kept.push({ key: keyOf(names), names, text })
    }
    return text
  }
}
