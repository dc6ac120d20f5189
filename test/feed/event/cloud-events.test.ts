import { inShard, fnv1a, parseShard } from '../../../src/feed/select/shard'
import { FeedWorld, PAGES } from '../feed-world'

interface CloudEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly method: string
  readonly [name: string]: unknown
}

const BATCH = { accept: 'application/cloudevents-batch+json' }

describe('CloudEvents', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  const batch = (query = ''): Promise<readonly CloudEvent[]> =>
    world.json(PAGES + query, { headers: BATCH })

  test('R47: a page is a batch of CloudEvents when that is accepted', async () => {
    await world.write({ id: 1n, title: 'one', time: 1_795_000_000_000_000n })
    const response = await world.get(PAGES, { headers: BATCH })
    expect(response.headers.get('content-type')).toMatch(/^application\/cloudevents-batch\+json/)
    expect(response.headers.get('feed-has-next')).toBe('false')
    const [event] = (await response.json()) as CloudEvent[]
    expect(event).toEqual({
      specversion: '1.0',
      id: response.headers.get('feed-cursor'),
      source: '/feeds/primary',
      type: 'primary.add',
      subject: '1',
      time: '2026-11-18T11:06:40Z',
      method: 'PUT',
      datacontenttype: 'application/json',
      data: (await world.page()).events[0]?.data,
    })
  })

  test('R47: a document is one CloudEvent, a stream sends them when asked to', async () => {
    await world.write({ id: 1n, title: 'one' })
    const document = await world.get(`${PAGES}/facts/1`, {
      headers: { accept: 'application/cloudevents+json' },
    })
    expect(document.headers.get('content-type')).toMatch(/^application\/cloudevents\+json/)
    expect(await document.json()).toMatchObject({ specversion: '1.0', subject: '1' })
    const stream = await world.stream('?start=snapshot&format=cloudevents&until=head')
    await stream.ended()
    expect(stream.facts[0]).toMatchObject({
      event: 'add',
      data: { type: 'primary.add', snapshot: true },
    })
  })

  test('R48: an HTTP Feeds client polls with the last id, and hears of deletes', async () => {
    for (let id = 1n; id <= 5n; id += 1n) await world.write({ id })
    await world.write({ id: 3n, kind: 'deleted' })
    const inventory = new Map<string, CloudEvent>()
    let lastEventId = ''
    for (;;) {
      const last = lastEventId === '' ? '' : `&lastEventId=${lastEventId}`
      const events = await batch(`?page_size=2&timeout=50${last}`)
      if (events.length === 0) break
      for (const event of events) {
        if (event.method === 'DELETE') inventory.delete(event.subject)
        else inventory.set(event.subject, event)
        lastEventId = event.id
      }
    }
    expect([...inventory.keys()].sort()).toEqual(['1', '2', '4', '5'])
    const waiting = batch(`?timeout=20000&lastEventId=${lastEventId}`)
    await world.write({ id: 6n })
    expect((await waiting).map(({ subject }) => subject)).toEqual(['6'])
  })
})

describe('shards', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  test('R49: are disjoint and complete, in pages, streams and snapshots', async () => {
    for (let id = 1n; id <= 60n; id += 1n) await world.write({ id })
    const parts = await Promise.all(
      [1, 2, 3].map(async (part) => {
        const page = (await world.page(`?page_size=1000&shard=${part}/3`)).events.map(({ data }) =>
          String(data['id']),
        )
        const stream = await world.stream(`?start=snapshot&until=head&shard=${part}/3`)
        await stream.ended()
        expect(stream.facts.map(({ data }) => String(data.data['id'])).sort()).toEqual(
          [...page].sort(),
        )
        return page
      }),
    )
    for (const part of parts) expect(part.length).toBeGreaterThan(5)
    expect(parts.flat().sort()).toEqual(
      Array.from({ length: 60 }, (_, index) => String(index + 1)).sort(),
    )
  })

  test('R49: are determined by FNV-1a of the key, as published', () => {
    // Test vectors of the Internet draft on FNV (draft-eastlake-fnv, appendix).
    expect(fnv1a(Buffer.from(''))).toBe(0x811c9dc5)
    expect(fnv1a(Buffer.from('a'))).toBe(0xe40c292c)
    expect(fnv1a(Buffer.from('foobar'))).toBe(0xbf9cf968)
    expect(inShard(Buffer.from('foobar'), { part: (0xbf9cf968 % 7) + 1, of: 7 })).toBe(true)
  })

  test('R33, R49: a shard that is none is refused, and its cursor belongs to it', async () => {
    for (const shard of ['0/3', '4/3', '1/1025', 'a/b', '1', '1/2/3', '-1/2']) {
      expect(parseShard(shard)).toBeUndefined()
      expect((await world.get(`${PAGES}?shard=${encodeURIComponent(shard)}`)).status).toBe(400)
    }
    await world.write({ id: 1n })
    const { cursor } = await world.page('?shard=1/2')
    expect((await world.get(`${PAGES}?shard=2/2&cursor=${cursor}`)).status).toBe(409)
    expect((await world.get(`${PAGES}?shard=1/2&cursor=${cursor}`)).status).toBe(200)
  })
})
