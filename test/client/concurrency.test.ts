import { readFileSync } from 'node:fs'
import { ConcurrentKeeper } from '../../src/client/concurrent-keeper'
import type { FeedEvent } from '../../src/client'
import { FilePosition, MemoryPosition, TransactionalPosition } from '../../src/client'
import { FeedWorld } from '../feed/feed-world'
import { temporaryFolder } from '../support/temporary-folder'
import { waitFor } from '../support/wait-for'
import { Following, QuickClock } from './following'

/** Handlers that end when the test wants. */
class Held {
  readonly begun: string[] = []
  /** Began, and has not ended. */
  inHand = 0
  most = 0
  private isOpen = false
  private readonly ends: (() => void)[] = []

  constructor(private readonly isHeld: (event: FeedEvent) => boolean = () => true) {}

  readonly handle = async (event: FeedEvent): Promise<void> => {
    this.begun.push(nameOf(event))
    this.inHand += 1
    this.most = Math.max(this.most, this.inHand)
    if (!this.isOpen && this.isHeld(event))
      await new Promise<void>((resolve) => this.ends.push(resolve))
    this.inHand -= 1
  }

  release(): void {
    this.isOpen = true
    for (const end of this.ends.splice(0)) end()
  }
}

const nameOf = ({ data }: FeedEvent): string => `${String(data['id'])}:${String(data['quantity'])}`

describe('a follower that handles events at the same time', () => {
  let world: FeedWorld
  const followers: Following[] = []
  const follow = (given: Partial<ConstructorParameters<typeof Following>[0]> = {}): Following => {
    const following = new Following({ url: world.url, concurrency: 4, ...given })
    followers.push(following)
    return following
  }
  beforeEach(async () => {
    world = await FeedWorld.start({ partitions: 1 })
  })
  afterEach(async () => {
    await Promise.all(followers.splice(0).map((one) => one.stop()))
    await world.stop()
  })
  // Removed after the followers have ended.
  const folder = temporaryFolder()
  const path = (): string => `${folder.path}/position.json`
  const rows = (count: number, quantity = 1): { id: bigint; quantity: number }[] =>
    Array.from({ length: count }, (_none, index) => ({ id: BigInt(index + 1), quantity }))

  test('takes as many as it was given, of different rows, and each row in its order', async () => {
    await world.write(...rows(6), { id: 1n, quantity: 2 }, { id: 1n, quantity: 3 })
    const held = new Held()
    const following = follow({ until: 'head', handle: held.handle })
    await waitFor('four in hand', () => held.inHand === 4)
    expect(held.begun).toEqual(['1:1', '2:1', '3:1', '4:1'])
    held.release()
    expect(await following.ended).toBeUndefined()
    expect(held.most).toBe(4)
    expect(held.begun.filter((name) => name.startsWith('1:'))).toEqual(['1:1', '1:2', '1:3'])
    expect(held.begun).toHaveLength(8)
  })

  test('keeps the position before the oldest unhandled event: after a kill that is redelivered, with the events after it', async () => {
    await world.write(...rows(4))
    const held = new Held((event) => nameOf(event) === '2:1')
    const first = follow({ position: new FilePosition(path()), handle: held.handle })
    await waitFor('all others', () => first.seen.length === 3)
    const handled = first.seen.find((event) => nameOf(event) === '1:1')
    const kept = (): string => readFileSync(path(), 'utf8')
    await waitFor('the position before it', () => kept().includes(handled?.cursor ?? 'none'))
    // As a kill: another process begins at what is kept.
    const second = follow({ position: new FilePosition(path()), until: 'head' })
    expect(await second.ended).toBeUndefined()
    held.release()
    expect(second.seen.map(nameOf).sort()).toEqual(['2:1', '3:1', '4:1'])
  })

  test('resumes after everything when it was asked to stop, and the events in hand are handled before', async () => {
    await world.write(...rows(3))
    const held = new Held()
    const position = new MemoryPosition()
    const first = follow({ position, handle: held.handle })
    await waitFor('three in hand', () => held.inHand === 3)
    const stopped = first.stop()
    held.release()
    expect(await stopped).toBeUndefined()
    await world.write({ id: 9n, quantity: 1 })
    const second = follow({ position, until: 'head' })
    await second.ended
    expect(second.seen.map(nameOf)).toEqual(['9:1'])
  })

  test('continues with other rows while one event fails, and nothing of its row overtakes it', async () => {
    await world.write(...rows(3), { id: 2n, quantity: 2 }, { id: 3n, quantity: 2 })
    let failures = 0
    const following = follow({
      until: 'head',
      handle: (event) => {
        if (nameOf(event) !== '2:1' || following.seen.length === 3) return
        failures += 1
        throw new Error('not yet')
      },
    })
    expect(await following.ended).toBeUndefined()
    expect(failures).toBeGreaterThan(0)
    expect(following.seen.map(nameOf)).toEqual(['1:1', '3:1', '3:2', '2:1', '2:2'])
  })

  test('ends when an event has used up its attempts, though nothing more comes, and names it', async () => {
    const position = new MemoryPosition()
    const following = follow({
      position,
      attempts: 3,
      handle: (event) => {
        if (nameOf(event) === '2:1') throw new Error('no room')
      },
    })
    await following.status('live')
    await world.write(...rows(3))
    expect(await following.ended).toMatchObject({
      code: 'HANDLER_FAILED',
      message: expect.stringMatching(/failed 3 times for add of 2 .*no room/),
    })
    const next = follow({ position, until: 'head' })
    await next.ended
    expect(next.seen.map(nameOf)).toContain('2:1')
  })

  test('reads a thousand events ahead of one that is not handled, and no more', async () => {
    await world.write(...rows(1_100))
    const held = new Held((event) => nameOf(event) === '1:1')
    const following = follow({ until: 'head', handle: held.handle })
    await waitFor('what may be read', () => following.seen.length === 999)
    expect(held.begun).toHaveLength(1_000)
    held.release()
    expect(await following.ended).toBeUndefined()
    expect(new Set(following.seen.map(nameOf)).size).toBe(1_100)
  })

  test('holds no more than 16 MB of events that are not handled', async () => {
    const events = Array.from({ length: 20 }, (_none, index) => event(index))
    const held = new Held()
    const keeper = keeping(held)
    let taken = 0
    const reading = (async () => {
      for (const one of events) {
        await keeper.handled({ event: one, bytes: 4 * 1024 * 1024 })
        taken += 1
      }
    })()
    await waitFor('four in hand', () => held.inHand === 4)
    expect(taken).toBe(4)
    held.release()
    await reading
    await keeper.settled()
    expect(held.begun).toHaveLength(20)
  })

  test('keeps the cursor of a heartbeat when everything before it is handled, not earlier', async () => {
    const held = new Held()
    const position = new MemoryPosition()
    const keeper = keeping(held, position)
    await keeper.handled({ event: event(1), bytes: 1 })
    await keeper.moved('heartbeat')
    await waitFor('the event in hand', () => held.inHand === 1)
    expect((await position.open()).cursor).toBeNull()
    held.release()
    await keeper.settled()
    expect((await position.open()).cursor).toBe('heartbeat')
  })

  test('waits out a position that cannot be kept, and handles nothing twice', async () => {
    class Failing extends MemoryPosition {
      private failures = 0
      override keep(...args: Parameters<MemoryPosition['keep']>): Promise<void> {
        this.failures += 1
        return this.failures % 3 === 0 ? super.keep(...args) : Promise.reject(new Error('full'))
      }
    }
    const position = new Failing()
    await world.write(...rows(5))
    const following = follow({ position, until: 'head' })
    expect(await following.ended).toBeUndefined()
    expect(following.seen).toHaveLength(5)
    expect((await position.open()).cursor).toBe(following.seen.at(-1)?.cursor)
  })

  test('ends when another follower has taken its position over', async () => {
    const first = follow({ position: new FilePosition(path()) })
    await first.status('live')
    const second = follow({ position: new FilePosition(path()) })
    await second.status('live')
    await world.write({ id: 1n, quantity: 1 })
    expect(await first.ended).toMatchObject({ code: 'POSITION_TAKEN' })
  })

  test('closes its position after what is in hand, and with it', async () => {
    const held = new Held()
    const order: string[] = []
    class Noted extends MemoryPosition {
      override keep(...args: Parameters<MemoryPosition['keep']>): Promise<void> {
        order.push(`kept ${args[0].cursor}`)
        return super.keep(...args)
      }
      override close(): Promise<void> {
        order.push('closed')
        return super.close()
      }
    }
    const keeper = keeping(held, new Noted())
    keeper.startAt('cursor-0')
    await keeper.handled({ event: event(1), bytes: 1 })
    const closing = keeper.close()
    // A position that does not wait is closed in here.
    await new Promise((resolve) => setImmediate(resolve))
    order.push('handled')
    held.release()
    await closing
    expect(order).toEqual(['handled', 'kept cursor-1', 'closed'])
  })

  test('is refused with a position that commits with the work', async () => {
    const position = new TransactionalPosition({ url: 'postgres://me@127.0.0.1:1/db', name: 'one' })
    const following = follow({ position: position })
    expect(await following.ended).toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

const keeping = (held: Held, position = new MemoryPosition()): ConcurrentKeeper =>
  new ConcurrentKeeper(
    {
      url: 'http://127.0.0.1:9',
      feed: 'primary',
      position,
      handle: held.handle,
      concurrency: 4,
      signal: new AbortController().signal,
    },
    new QuickClock(),
  )

const event = (index: number): FeedEvent => ({
  type: 'add',
  txn_ts: null,
  cursor: `cursor-${index}`,
  stats: { read: 1 },
  data: { id: String(index), quantity: 1, header: { subject: String(index) } },
})
