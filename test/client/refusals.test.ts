import { FollowError, MemoryPosition } from '../../src/client'
import { FactsError } from '../../src/errors'
import { FEED, FeedWorld } from '../feed/feed-world'
import { Following } from './following'
import { Gateway } from './gateway'

describe('a follower that is refused', () => {
  let world: FeedWorld
  let gateway: Gateway
  beforeEach(async () => {
    world = await FeedWorld.start({ partitions: 1 })
    gateway = await Gateway.start(world.url)
  })
  afterEach(async () => {
    await gateway.stop()
    await world.stop()
  })

  type Given = Partial<ConstructorParameters<typeof Following>[0]>
  const errorOf = async (given: Given): Promise<FollowError> => {
    const following = new Following({ url: gateway.url, ...given })
    const error = await following.ended
    expect(following.clock.waits).toEqual([])
    expect(error).toBeInstanceOf(FollowError)
    return error as FollowError
  }
  const standingAt = async (cursor: string): Promise<MemoryPosition> => {
    const position = new MemoryPosition()
    await position.keep({ feed: FEED, cursor, kept_at: new Date().toISOString() })
    return position
  }
  const cursorOf = async (query = ''): Promise<string> =>
    (await world.json<{ head: string }>(`/feeds/${FEED}/cursor${query}`)).head

  test('ends and says what is wrong with a filter', async () => {
    const error = await errorOf({ where: 'titel == "x"' })
    expect(error.code).toBe('FEED_REFUSED')
    expect(error.message).toMatch(/400 filter-invalid: .*titel.* Correct where/s)
  })

  test('ends and says what is wrong with a field', async () => {
    const error = await errorOf({ select: ['titel'] })
    expect(error.code).toBe('FEED_REFUSED')
    expect(error.message).toMatch(/400 .*titel/)
  })

  test('ends and says that there is no such feed, and where they are listed', async () => {
    const error = await errorOf({ feed: 'secondary' })
    expect(error.code).toBe('FEED_REFUSED')
    expect(error.message).toMatch(/404 not-found.*GET \/feeds/)
  })

  test('ends when its position was made by another server', async () => {
    const error = await errorOf({ position: await standingAt('made-up') })
    expect(error.code).toBe('FEED_REFUSED')
    expect(error.message).toMatch(/400 cursor-invalid.*use a new one/)
  })

  test('ends when its position was stored for another filter, and does not start fresh by itself', async () => {
    const position = await standingAt(await cursorOf())
    const error = await errorOf({ position, where: 'title == "x"' })
    expect(error.code).toBe('FEED_REFUSED')
    expect(error.message).toMatch(/409 cursor-of-another-filter.*its own position/)
  })

  test.each([
    [401, 'Set a valid token'],
    [403, 'Request the right'],
    [405, 'Check that the URL is that of a feed'],
  ])('ends when a gateway answers %d', async (status, advice) => {
    gateway.answers.push({ status, body: 'no' })
    const error = await errorOf({})
    expect(error.code).toBe('FEED_REFUSED')
    expect(error.message).toContain(`${status}`)
    expect(error.message).toContain(advice)
  })

  test('ends when the server is not a feed', async () => {
    const html = { 'content-type': 'text/html' }
    gateway.answers.push({ status: 200, headers: html, body: '<p>Welcome</p>' })
    expect((await errorOf({})).code).toBe('FEED_REFUSED')
    const events = { 'content-type': 'text/event-stream' }
    gateway.answers.push({ status: 200, headers: events, body: 'data: hello\n\n' })
    expect((await errorOf({})).message).toContain('Feed-Start-Cursor')
    const named = { ...events, 'feed-start-cursor': 'a' }
    gateway.answers.push({ status: 200, headers: named, body: 'data: hello\n\n' })
    expect((await errorOf({})).message).toContain('not a feed event: hello')
  })

  test('ends at once when the address is none', async () => {
    expect((await errorOf({ url: 'localhost:8090' })).code).toBe('CONFIG_INVALID')
  })

  test.each([
    ['FollowError', FollowError],
    ['FactsError', FactsError],
  ])('ends at once when its headers can never be made: %s', async (_name, Kind) => {
    const error = new Kind('CONFIG_INVALID', 'The token file holds no token.')
    const following = new Following({ url: gateway.url, headers: () => Promise.reject(error) })
    expect(await following.ended).toBe(error)
    expect(gateway.requests).toEqual([])
  })

  describe('because what followed its position is gone', () => {
    const expired = async (): Promise<MemoryPosition> => {
      await world.write({ id: 1n, quantity: 1 })
      const position = await standingAt(
        (await world.json<{ earliest: string }>(`/feeds/${FEED}/cursor`)).earliest,
      )
      await world.write({ id: 1n, quantity: 2 }, { id: 2n, quantity: 3 }, { id: 1n, quantity: 4 })
      await world.trimmed(1n, 2)
      return position
    }

    test('ends with the earliest cursor by default', async () => {
      const error = await errorOf({ position: await expired() })
      expect(error.code).toBe('CURSOR_EXPIRED')
      const earliest = /The earliest cursor is ([\w-]+)\./.exec(error.message)?.[1]
      expect((await world.page(`?cursor=${earliest ?? ''}`)).events).toHaveLength(3)
    })

    test.each([
      ['earliest', [2, 3, 4]],
      ['snapshot', [3, 4]],
    ] as const)(
      'resumes from the %s when configured, and reports it',
      async (onExpired, quantities) => {
        const position = await expired()
        const following = new Following({ url: gateway.url, position, onExpired, until: 'head' })
        expect(await following.ended).toBeUndefined()
        expect(following.seen.map(({ data }) => data['quantity']).sort()).toEqual(quantities)
        expect(following.seen[0]?.snapshot ?? false).toBe(onExpired === 'snapshot')
        expect(following.all('expired')).toMatchObject([
          { start: onExpired, error: { code: 'CURSOR_EXPIRED' } },
        ])
        const again = new Following({ url: gateway.url, position, until: 'head' })
        expect(await again.ended).toBeUndefined()
        expect(again.seen).toEqual([])
      },
    )
  })

  describe('for now', () => {
    const follow = async (given: Given = {}): Promise<Following> => {
      const following = new Following({ url: gateway.url, until: 'head', ...given })
      expect(await following.ended).toBeUndefined()
      return following
    }

    test.each([429, 500, 502, 503, 504, 408])('comes back after %d', async (status) => {
      await world.write({ id: 1n })
      gateway.answers.push({ status }, { status })
      const following = await follow()
      expect(following.seen).toHaveLength(1)
      expect(following.all('reconnecting').map(({ error }) => error.code)).toEqual([
        'FEED_UNAVAILABLE',
        'FEED_UNAVAILABLE',
      ])
    })

    test('waits as long as Retry-After says, in seconds or as a date, and longer from failure to failure', async () => {
      const date = new Date(Date.now() + 60_000).toUTCString()
      gateway.answers.push(
        { status: 503, headers: { 'retry-after': '40' } },
        { status: 503, headers: { 'retry-after': date } },
        ...Array.from({ length: 6 }, () => ({ status: 503 })),
      )
      const { waits } = (await follow()).clock
      expect(waits).toHaveLength(8)
      expect(waits[0]).toBeGreaterThanOrEqual(40_000)
      expect(waits[0]).toBeLessThanOrEqual(50_000)
      expect(waits[1]).toBeGreaterThan(55_000)
      const [third = 0, ...later] = waits.slice(2)
      expect(third).toBeGreaterThanOrEqual(2_000)
      for (const wait of later.slice(-2)) {
        expect(wait).toBeGreaterThanOrEqual(15_000)
        expect(wait).toBeLessThanOrEqual(30_000)
      }
    })

    test('waits as the stream asked for (retry:) after it has ended', async () => {
      const headers = { 'content-type': 'text/event-stream', 'feed-start-cursor': await cursorOf() }
      gateway.answers.push({ status: 200, headers, body: 'retry: 20000\n\n' })
      const { waits } = (await follow()).clock
      expect(waits).toHaveLength(1)
      expect(waits[0]).toBeGreaterThanOrEqual(10_000)
      expect(waits[0]).toBeLessThanOrEqual(20_000)
    })

    test('is where its first connection began, though nothing arrived before it was lost', async () => {
      const position = new MemoryPosition()
      const headers = { 'content-type': 'text/event-stream', 'feed-start-cursor': await cursorOf() }
      gateway.answers.push({ status: 200, headers, body: '' }, { status: 401 })
      const first = new Following({ url: gateway.url, position, start: 'now' })
      expect(await first.ended).toMatchObject({ code: 'FEED_REFUSED' })
      await world.write({ id: 1n })
      expect((await follow({ position, start: 'now' })).seen).toHaveLength(1)
    })

    test('comes back after an error event, which has no cursor', async () => {
      await world.write({ id: 1n })
      const cursor = await cursorOf()
      await world.write({ id: 2n })
      const headers = { 'content-type': 'text/event-stream', 'feed-start-cursor': cursor }
      const data = JSON.stringify({
        type: 'error',
        data: { detail: 'The history was rebuilt.' },
      })
      gateway.answers.push({ status: 200, headers, body: `event: error\ndata: ${data}\n\n` })
      const following = await follow()
      expect(following.seen.map((event) => event.data['id'])).toEqual(['2'])
      expect(following.all('reconnecting')[0]?.error.message).toContain('The history was rebuilt')
    })

    test('asks for its headers before each connection, so that a token may change', async () => {
      let token = 0
      gateway.answers.push({ status: 503 })
      await follow({ headers: () => ({ authorization: `Bearer ${(token += 1)}` }) })
      expect(gateway.requests.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer 1',
        'Bearer 2',
      ])
    })

    test('tries again when the headers cannot be made', async () => {
      let times = 0
      const following = await follow({
        headers: () => {
          times += 1
          if (times === 1) throw new Error('no token file')
          return {}
        },
      })
      expect(following.all('reconnecting')[0]?.error.message).toContain('no token file')
    })
  })
})
