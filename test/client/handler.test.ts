import type { PositionRecord } from '../../src/client'
import { FilePosition, FollowError, MemoryPosition } from '../../src/client'
import { FactsError } from '../../src/errors'
import { FeedWorld } from '../feed/feed-world'
import { temporaryFolder } from '../support/temporary-folder'
import { waitFor } from '../support/wait-for'
import { Following } from './following'

const peek = (position: MemoryPosition): Promise<PositionRecord> => position.open()

describe('a handler', () => {
  let world: FeedWorld
  const folder = temporaryFolder()
  beforeEach(async () => {
    world = await FeedWorld.start()
  })
  afterEach(() => world.stop())

  test('that fails is called again for the same event, after growing waits, and nothing overtakes it', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    const tried: unknown[] = []
    const following = new Following({
      url: world.url,
      until: 'head',
      handle: ({ data }) => {
        tried.push(data['quantity'])
        if (tried.length < 5) throw new Error('not yet')
      },
    })
    expect(await following.ended).toBeUndefined()
    expect(tried).toEqual([1, 1, 1, 1, 1, 2])
    const failed = following.all('handler-failed')
    expect(failed.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
    expect(failed[0]?.error).toEqual(new Error('not yet'))
    for (const [index, { waitMs }] of failed.entries()) {
      expect(waitMs).toBeGreaterThanOrEqual(50 * 2 ** index)
      expect(waitMs).toBeLessThanOrEqual(100 * 2 ** index)
    }
  })

  test('that was asked to come back later is called no sooner, and after a success the waits begin again', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 2n, quantity: 2 })
    let calls = 0
    const following = new Following({
      url: world.url,
      until: 'head',
      handle: () => {
        calls += 1
        if (calls === 1) throw Object.assign(new Error('too many'), { retryAfterMs: 7_000 })
        if (calls === 2 || calls === 4) throw new Error('not yet')
      },
    })
    expect(await following.ended).toBeUndefined()
    const [asked = 0, second = 0, third = 0] = following.clock.waits
    expect(asked).toBeGreaterThanOrEqual(7_000)
    expect(second).toBeGreaterThanOrEqual(100)
    expect(third).toBeLessThanOrEqual(100)
  })

  test.each([
    ['FollowError', new FollowError('CONFIG_INVALID', 'The address is none.')],
    ['FactsError', new FactsError('CONFIG_INVALID', 'The address is none.')],
  ])('that cannot succeed at all, says its %s, ends the follower at once', async (_name, error) => {
    await world.write({ id: 1n })
    const following = new Following({ url: world.url, handle: () => Promise.reject(error) })
    expect(await following.ended).toBe(error)
    expect(following.clock.waits).toEqual([])
  })

  test('that fails too often ends the follower, with the event named and the position before it', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    const position = new MemoryPosition()
    const following = new Following({
      url: world.url,
      position,
      attempts: 3,
      handle: ({ data }) => {
        if (data['quantity'] === 2) throw new Error('no room')
      },
    })
    const error = (await following.ended) as FollowError
    expect(error).toBeInstanceOf(FollowError)
    expect(error.code).toBe('HANDLER_FAILED')
    expect(error.message).toMatch(/failed 3 times for update of 1 \(fact primary\/1@\d+\).*no room/)
    expect(following.clock.waits).toHaveLength(2)
    expect((await peek(position)).cursor).toBe(following.seen[0]?.cursor)
    const next = new Following({ url: world.url, position, until: 'head' })
    await next.ended
    expect(next.seen.map(({ data }) => data['quantity'])).toEqual([2])
  })

  test('that keeps failing does not keep the follower from stopping', async () => {
    await world.write({ id: 1n })
    const position = new MemoryPosition()
    const following = new Following({
      url: world.url,
      position,
      handle: () => Promise.reject(new Error('never')),
    })
    await waitFor('failures', () => following.all('handler-failed').length > 2)
    expect(await following.stop()).toBeUndefined()
    expect(following.all('handled')).toEqual([])
    const next = new Following({ url: world.url, position, until: 'head' })
    await next.ended
    expect(next.seen).toHaveLength(1)
  })

  test('has succeeded: it is not called again when only the position could not be kept', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    class Failing extends MemoryPosition {
      failures = 0
      override keep(...args: Parameters<MemoryPosition['keep']>): Promise<void> {
        this.failures += 1
        if (this.failures % 3 !== 0) {
          return Promise.reject(new FactsError('POSITION_UNAVAILABLE', 'The disk is full.'))
        }
        return super.keep(...args)
      }
    }
    const handled: unknown[] = []
    const following = new Following({
      url: world.url,
      until: 'head',
      position: new Failing(),
      handle: ({ data }) => void handled.push(data['quantity']),
    })
    expect(await following.ended).toBeUndefined()
    expect(handled).toEqual([1, 2])
    expect(following.all('handler-failed')).toEqual([])
    expect(following.all('position-unavailable').length).toBeGreaterThan(2)
  })

  test('sees its last event again after a crash before the position was kept, and no other', async () => {
    await world.write(...[1, 2, 3, 4].map((quantity) => ({ id: 1n, quantity })))
    const path = `${folder.path}/position.json`
    /** Dies between the handling of an event and the keeping of its position. */
    class Dying extends FilePosition {
      private lives = 4
      override keep(...args: Parameters<FilePosition['keep']>): Promise<void> {
        this.lives -= 1
        return this.lives > 0 ? super.keep(...args) : new Promise(() => undefined)
      }
    }
    const first = new Following({ url: world.url, position: new Dying(path) })
    await first.saw(3)
    const second = new Following({
      url: world.url,
      until: 'head',
      position: new FilePosition(path),
    })
    await second.ended
    expect(second.seen.map(({ data }) => data['quantity'])).toEqual([3, 4])
    first.abort.abort()
  })
})
