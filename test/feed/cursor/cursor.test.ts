import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { CursorCodec } from '../../../src/feed/cursor/cursor'
import { cursorSecret } from '../../../src/feed/store/cursor-secret'
import { temporaryFolder } from '../../support/temporary-folder'
import { FeedWorld, PAGES, TOPIC } from '../feed-world'

interface Refusal {
  readonly status: number
  readonly type: string
  readonly earliest?: string
}

describe('cursors', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  const refused = async (query: string): Promise<Refusal> => {
    const response = await world.get(`${PAGES}?${query}`)
    const { type, earliest } = (await response.json()) as Refusal
    return { status: response.status, type, ...(earliest === undefined ? {} : { earliest }) }
  }
  const where = (filter: string): string => `where=${encodeURIComponent(filter)}`
  const invalid = { status: 400, type: 'urn:facts:cursor-invalid' }

  test('R21: a cursor is short, URL-safe and without line breaks', async () => {
    await world.write({ id: 1n })
    const { cursor } = await world.page()
    expect(cursor).toMatch(/^[A-Za-z0-9_-]{1,255}$/)
  })

  test('R21: one that was changed in any character, cut or made up is refused', async () => {
    await world.write({ id: 1n })
    const { cursor } = await world.page()
    for (let at = 0; at < cursor.length; at += 1) {
      const other = cursor[at] === 'A' ? 'B' : 'A'
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1)
      expect(await refused(`cursor=${changed}`)).toEqual(invalid)
    }
    for (const bad of [cursor.slice(0, -4), `${cursor}AAAA`, 'x', 'not a cursor', '0', '%00']) {
      expect(await refused(`cursor=${encodeURIComponent(bad)}`)).toEqual(invalid)
    }
  })

  test('R21: one of another secret is refused', async () => {
    const { cursor } = await world.page()
    await world.close()
    world.secret = randomBytes(32)
    await world.open()
    expect(await refused(`cursor=${cursor}`)).toEqual(invalid)
  })

  test('R22: one of another feed is refused', async () => {
    const foreign = new CursorCodec(world.secret).encode({
      feed: Buffer.from('else'),
      selection: Buffer.alloc(8),
      positions: [],
    })
    expect(await refused(`cursor=${foreign}`)).toEqual({
      status: 409,
      type: 'urn:facts:cursor-of-another-feed',
    })
  })

  test('R23: one of another filter is refused, with another projection or way of reading it is taken', async () => {
    const { cursor } = await world.page(`?${where('quantity > 1')}`)
    const other = { status: 409, type: 'urn:facts:cursor-of-another-filter' }
    expect(await refused(`cursor=${cursor}`)).toEqual(other)
    expect(await refused(`${where('quantity > 2')}&cursor=${cursor}`)).toEqual(other)
    expect(await refused(`${where('quantity > 1')}&changes_on=title&cursor=${cursor}`)).toEqual(
      other,
    )
    const taken = await world.get(
      `${PAGES}?${where('quantity > 1')}&select=title&page_size=3&cursor=${cursor}`,
    )
    expect(taken.status).toBe(200)
  })

  test('R24: one of a recreated topic is rejected', async () => {
    await world.write({ id: 1n, title: 'old' }, { id: 2n, title: 'old' })
    const { cursor } = await world.page()
    await world.close()
    world.broker.deleteTopic(TOPIC)
    world.broker.createTopic(TOPIC, 3)
    await world.write({ id: 1n, title: 'new' }, { id: 2n, title: 'new' }, { id: 3n })
    await world.open()
    expect((await world.page()).events.map(({ data }) => data['title'])).toEqual(
      expect.arrayContaining(['new']),
    )
    expect(await refused(`cursor=${cursor}`)).toEqual({
      status: 409,
      type: 'urn:facts:cursor-of-another-history',
    })
  })

  test('R24: one of another number of partitions is refused', async () => {
    await world.write({ id: 1n })
    const { cursor } = await world.page()
    await world.close()
    world.broker.deleteTopic(TOPIC)
    world.broker.createTopic(TOPIC, 4)
    await world.open()
    expect(await refused(`cursor=${cursor}`)).toEqual({
      status: 409,
      type: 'urn:facts:cursor-of-another-history',
    })
  })

  test('R25: one with facts after it that are no longer retained is rejected, with the earliest cursor', async () => {
    for (let n = 0; n < 5; n += 1) await world.write({ id: 7n, quantity: n + 1 })
    const { events } = await world.page()
    await world.trimmed(7n, 5)
    const refusal = await refused(`cursor=${events[0]?.cursor ?? ''}`)
    expect(refusal).toMatchObject({ status: 410, type: 'urn:facts:cursor-expired' })
    const rest = await world.page(`?cursor=${refusal.earliest ?? ''}`)
    expect(rest.events.map(({ data }) => data['quantity'])).toEqual([4, 5])
    expect((await world.get(`${PAGES}?cursor=${events[2]?.cursor ?? ''}`)).status).toBe(200)
  })

  test('R26: one after the end of the topic is of another history', async () => {
    await world.write({ id: 1n })
    const positions = (await world.hub.head()).map(({ next, check }) => ({
      next: next + 5n,
      check,
    }))
    const cursor = world.feed.cursor(world.feed.select({}), { positions })
    expect(await refused(`cursor=${cursor}`)).toEqual({
      status: 409,
      type: 'urn:facts:cursor-of-another-history',
    })
  })

  test('R26: one after a fact that this server has yet to read is not of another history', async () => {
    await world.write({ id: 1n })
    const { cursor } = await world.page()
    await world.close()
    rmSync(join(world.folder, 'store'), { recursive: true })
    await world.open()
    expect((await world.get(`${PAGES}?cursor=${cursor}`)).status).toBe(200)
  })

  test('R27: a server that lost its store honours the cursors of before', async () => {
    for (let id = 1n; id <= 20n; id += 1n) await world.write({ id })
    const before = await world.page('?page_size=20')
    await world.close()
    rmSync(join(world.folder, 'store'), { recursive: true })
    await world.open()
    for (const at of [0, 7, 18]) {
      const rest = await world.page(`?cursor=${before.events[at]?.cursor ?? ''}`)
      expect(rest.events).toEqual(before.events.slice(at + 1))
    }
  })
})

describe('the secret of cursors', () => {
  const temporary = temporaryFolder()

  test('R27: is made once and kept, unless it is configured', () => {
    const file = join(temporary.path, 'a', 'cursor-secret')
    const made = cursorSecret(undefined, file)
    expect(made).toHaveLength(32)
    expect(cursorSecret(undefined, file)).toEqual(made)
    expect(cursorSecret('configured, and long enough for all', file).toString()).toMatch(
      /^configured/,
    )
  })
})
