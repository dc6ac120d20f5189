import type { WorldOptions } from '../feed/feed-world'
import { FilePosition, MemoryPosition } from '../../src/client'
import { FactsError } from '../../src/errors'
import { FEED, FeedWorld } from '../feed/feed-world'
import { temporaryFolder } from '../support/temporary-folder'
import { waitFor } from '../support/wait-for'
import { Following } from './following'
import { Gateway } from './gateway'

describe('the position of a follower', () => {
  let world: FeedWorld
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await FeedWorld.start(options)
  }
  const followers: Following[] = []
  const follow = (given: Partial<ConstructorParameters<typeof Following>[0]> = {}): Following => {
    const following = new Following({ url: world.url, ...given })
    followers.push(following)
    return following
  }
  afterEach(async () => {
    await Promise.all(followers.splice(0).map((one) => one.stop()))
    await world.stop()
  })
  // Removed after the followers have ended.
  const folder = temporaryFolder()

  test('is stored where it began with start=now, though it was killed before its first event: no event in between is missed', async () => {
    await start()
    const path = `${folder.path}/position.json`
    await world.write({ id: 1n, quantity: 1 })
    const first = follow({ start: 'now', position: new FilePosition(path) })
    await first.status('live')
    await first.stop()
    await world.write({ id: 1n, quantity: 2 })
    const second = follow({ start: 'now', position: new FilePosition(path) })
    expect((await second.saw(1)).map(({ data }) => data['quantity'])).toEqual([2])
    expect([first.states[0]?.state, second.states[0]?.state]).toEqual(['fresh', 'resuming'])
  })

  test('is kept before anything is read', async () => {
    await start()
    await world.write({ id: 1n })
    const { earliest } = await world.json<{ earliest: string }>(`/feeds/${FEED}/cursor`)
    const gateway = await Gateway.start(world.url)
    const headers = { 'content-type': 'text/event-stream', 'feed-start-cursor': earliest }
    gateway.answers.push({ status: 200, headers, body: '' })
    const position = new MemoryPosition()
    const keeping = jest.spyOn(position, 'keep')
    const following = follow({ url: gateway.url, position, until: 'head' })
    expect(await following.ended).toBeUndefined()
    await gateway.stop()
    expect(keeping.mock.calls[0]?.[0]).toMatchObject({ cursor: earliest })
  })

  test.each([
    ['a record of the day before yesterday has expired', 49, undefined, 'fresh'],
    ['a record of this morning is good', 10, undefined, 'resuming'],
    [
      'a position of the day before yesterday is good when its health was asked after',
      49,
      1,
      'resuming',
    ],
    [
      'a health check of the day before yesterday does not make a position of today old',
      1,
      49,
      'resuming',
    ],
  ] as const)(
    'expires after a day when configured: %s',
    async (_title, kept, checked, expected) => {
      await start()
      await world.write({ id: 1n })
      const position = new MemoryPosition()
      await follow({ position, until: 'head' }).ended
      const record = await position.open()
      const before = (hours: number): string =>
        new Date(Date.now() - hours * 3_600_000).toISOString()
      await position.keep({ feed: FEED, cursor: record.cursor ?? '', kept_at: before(kept) })
      if (checked !== undefined)
        await position.check({ ping: 'p', healthcheck_ts: before(checked) })
      const next = follow({ position, until: 'head', expireMs: 24 * 3_600_000 })
      await next.ended
      expect(next.states[0]?.state).toBe(expected)
      expect(next.seen).toHaveLength(expected === 'fresh' ? 1 : 0)
    },
  )

  test.each([
    [
      "ends the follower when a store of one's own says that a person has to act",
      'POSITION_TAKEN',
      0,
    ],
    ["is waited for when a store of one's own has no room", 'DISK_FULL', 1],
  ] as const)('%s', async (_title, code, waits) => {
    await start()
    const error = new FactsError(code, 'not now')
    const position = new MemoryPosition()
    jest.spyOn(position, 'open').mockRejectedValueOnce(error)
    const following = follow({ position, until: 'head' })
    expect(await following.ended).toBe(waits === 0 ? error : undefined)
    expect(following.all('position-unavailable')).toHaveLength(waits)
  })

  test('is none when only a health check was written: it starts fresh', async () => {
    await start()
    await world.write({ id: 1n })
    const position = new MemoryPosition()
    await position.check({ ping: 'p', healthcheck_ts: new Date().toISOString() })
    const following = follow({ position, until: 'head', expireMs: 1_000 })
    await following.ended
    expect(following.states[0]).toMatchObject({ state: 'fresh', record: { cursor: null } })
    expect(following.seen).toHaveLength(1)
  })

  test('moves with heartbeats, though everything is filtered out', async () => {
    await start({ server: { heartbeatMs: 100 } })
    const position = new MemoryPosition()
    const following = follow({ where: 'title == "mine"', position })
    await following.status('live')
    const kept = async (): Promise<string | null> =>
      (await position.check({ ping: 'p', healthcheck_ts: new Date().toISOString() })).cursor
    const before = await kept()
    await world.write({ id: 1n, title: 'other' })
    await waitFor('the position to move', async () => (await kept()) !== before)
    expect(following.seen).toEqual([])
    const query = new URLSearchParams({ where: 'title == "mine"', cursor: (await kept()) ?? '' })
    expect((await world.page(`?${query.toString()}`)).stats.read).toBe(0)
  })

  test('is kept where the reading ended, though everything was filtered out', async () => {
    await start()
    await world.write({ id: 1n, title: 'other' })
    const position = new MemoryPosition()
    const where = 'title == "mine"'
    expect(await follow({ where, position, until: 'head' }).ended).toBeUndefined()
    const { cursor } = await position.open()
    const query = new URLSearchParams({ where, cursor: cursor ?? '' })
    expect((await world.page(`?${query.toString()}`)).stats.read).toBe(0)
  })

  test('is after the event being handled when it was stopped', async () => {
    await start()
    const position = new MemoryPosition()
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    let isInHand = false
    const first = follow({
      position,
      handle: async () => {
        isInHand = true
        await held
      },
    })
    await waitFor('an event in hand', () => isInHand)
    const stopped = first.stop()
    release()
    expect(await stopped).toBeUndefined()
    expect(first.seen.map(({ data }) => data['quantity'])).toEqual([1])
    const second = follow({ position, until: 'head' })
    await second.ended
    expect(second.seen.map(({ data }) => data['quantity'])).toEqual([2])
  })
})
