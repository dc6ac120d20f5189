import type { FeedEvent, FollowOptions } from '../../../src/client'
import { MemoryPosition } from '../../../src/client'
import { askedMs } from '../../../src/client/retry-later'
import { postEvent } from '../../../src/cli/follow/post-event'
import { FeedWorld } from '../../feed/feed-world'
import { Following } from '../../client/following'
import { WebhookServer } from './webhook-server'

const event: FeedEvent = {
  type: 'add',
  txn_ts: null,
  cursor: 'c1',
  stats: { read: 1 },
  data: { id: '1', header: { id: 'primary/1@101', subject: '1' } },
}

describe('a webhook', () => {
  let hook: WebhookServer
  beforeEach(async () => {
    hook = await WebhookServer.start()
  })
  afterEach(() => hook.stop())

  const errorOf = async (url = hook.url, timeoutMs = 30_000): Promise<Error> => {
    const posted = postEvent(url, timeoutMs)(event)
    return posted.then(
      () => new Error('it was taken'),
      (error: unknown) => error as Error,
    )
  }

  test('gets the event and its idempotency key, over a connection that is used again though it answers at length', async () => {
    hook.answer = () => ({ status: 200, body: 'x'.repeat(10_000) })
    const post = postEvent(hook.url, 30_000)
    for (let times = 0; times < 20; times += 1) await post(event)
    expect(hook.posted).toHaveLength(20)
    expect(hook.posted[0]?.event).toEqual(event)
    expect(hook.posted[0]?.headers['idempotency-key']).toBe('primary/1@101')
    expect(hook.connections).toBeLessThan(10)
  })

  test.each([
    ['seconds', '7', 7_000],
    ['nothing that can be read', 'soon', 0],
  ])('that asks to come back later, in %s, is heard', async (_title, after, expected) => {
    hook.answer = () => ({ status: 429, headers: { 'retry-after': after } })
    const error = await errorOf()
    expect(error.message).toBe('the webhook answered 429')
    expect(askedMs(error)).toBe(expected)
  })

  test('that does not answer in time is given up, and the error says after how long', async () => {
    hook.answer = () => undefined
    expect((await errorOf(hook.url, 100)).message).toContain('did not answer within 100 ms')
  })

  test('that cannot be reached is named by what happened alone', async () => {
    const { message } = await errorOf('http://user:a-secret-word@127.0.0.1:1/?key=another-secret')
    expect(message).toMatch(/cannot be used|refuse to use|cannot be reached/)
    expect(message).not.toMatch(/secret/)
  })

  test('gets user and password of its URL as a header, with any characters', async () => {
    const address = new URL(hook.url)
    address.username = 'me@home'
    address.password = 'a/b:c%d é'
    await postEvent(address.href, 30_000)(event)
    const [, pair = ''] = (hook.posted[0]?.headers.authorization ?? '').split('Basic ')
    expect(Buffer.from(pair, 'base64').toString()).toBe('me@home:a/b:c%d é')
  })

  describe('that a follower posts to, several events at the same time', () => {
    let world: FeedWorld
    beforeEach(async () => {
      world = await FeedWorld.start()
    })
    afterEach(() => world.stop())
    const follow = async (options: Partial<FollowOptions> = {}): Promise<Following> => {
      const following = new Following({
        url: world.url,
        until: 'head',
        concurrency: 16,
        position: new MemoryPosition(),
        handle: postEvent(hook.url, 30_000),
        ...options,
      })
      expect(await following.ended).toBeUndefined()
      return following
    }
    const written = async (count: number): Promise<void> => {
      const facts = Array.from({ length: count }, (_none, index) => ({
        id: BigInt(index % 50),
        quantity: index + 1,
      }))
      await world.write(...facts)
    }
    /** Of each row, in the order in which they were taken. */
    const inOrder = (following: Following): void => {
      const quantities = Object.values(following.bySubject)
      expect(quantities).toHaveLength(50)
      for (const names of quantities) {
        const numbers = names.map((name) => Number(name.split(':')[1]))
        expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
      }
    }

    test('gets up to sixteen at the same time, over connections that are used again, and each row in order', async () => {
      await written(400)
      const following = await follow()
      expect(hook.posted).toHaveLength(400)
      expect(hook.most).toBeGreaterThan(8)
      expect(hook.most).toBeLessThanOrEqual(16)
      expect(hook.connections).toBeLessThan(100)
      inOrder(following)
    })

    test('and refuses half of them, gets every one all the same: waits are few, and short', async () => {
      await written(200)
      const tries = new Map<number, number>()
      hook.answer = ({ event: { data } }) => {
        const { quantity } = data as { readonly quantity: number }
        const before = tries.get(quantity) ?? 0
        tries.set(quantity, before + 1)
        // Of each row every other event.
        const isRefused = (quantity + Math.floor((quantity - 1) / 50)) % 2 === 0
        if (!isRefused || before > 1) return { status: 204 }
        return before === 0 ? { status: 500 } : { status: 429, headers: { 'retry-after': '1' } }
      }
      let inHand = 0
      const waits: number[] = []
      const post = postEvent(hook.url, 30_000)
      const following = await follow({
        handle: async (posted) => {
          inHand += 1
          await post(posted).finally(() => (inHand -= 1))
        },
        // A wait lasts longer than the answers to what was posted before it, and no time passes.
        clock: {
          now: Date.now,
          random: Math.random,
          sleep: async (ms) => {
            waits.push(ms)
            while (inHand > 0) await new Promise(setImmediate)
          },
        },
      })
      inOrder(following)
      const keys = hook.posted.map(({ headers }) => headers['idempotency-key'])
      expect(new Set(keys).size).toBe(200)
      const failures = following.all('handler-failed')
      expect(failures).toHaveLength(200)
      // One wait for all that were refused together, and none that has doubled for long.
      expect(waits.length).toBeLessThan(failures.length)
      expect(Math.max(...waits)).toBeLessThan(5_000)
    })
  })
})
