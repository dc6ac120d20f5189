import type { StreamOutput } from '../../../src/feed/stream/stream-session'
import { StreamSession } from '../../../src/feed/stream/stream-session'
import { waitFor } from '../../support/wait-for'
import { FeedWorld } from '../feed-world'

const HEARTBEAT_MS = 60_000

/** A connection of a client that reads only on demand. */
class HeldOutput implements StreamOutput {
  text = ''
  isClosed = false
  isFull = false
  /** Whether it fills with the next write. */
  fills = false
  private release: () => void = () => undefined

  write(blocks: Buffer): void {
    this.text += blocks.toString()
    this.isFull = this.fills
  }

  drained(): Promise<void> {
    if (!this.isFull) return Promise.resolve()
    return new Promise((resolve) => (this.release = resolve))
  }

  /** The client takes everything. */
  take(): void {
    this.fills = this.isFull = false
    this.release()
  }

  get events(): number {
    return this.text.match(/^event: add$/gm)?.length ?? 0
  }

  get lastId(): string {
    return [...this.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? ''
  }

  stalledFor(): number {
    return 0
  }

  end(): void {
    this.isClosed = true
  }

  destroy(): void {
    this.isClosed = true
  }
}

describe('a session', () => {
  let world: FeedWorld
  let sink: HeldOutput
  let session: StreamSession
  let running: Promise<void>
  beforeEach(async () => {
    world = await FeedWorld.start()
    sink = new HeldOutput()
  })
  afterEach(async () => {
    sink.take()
    session.close()
    await running
    await world.stop()
  })

  const write = (count: number): Promise<unknown> =>
    world.write(...Array.from({ length: count }, (_, index) => ({ id: BigInt(index + 1) })))

  async function begin(): Promise<void> {
    const { feed, hub } = world
    const selection = feed.select({})
    const head = await hub.head()
    const positions = head.map(() => ({ next: 0n, check: 0 }))
    session = new StreamSession({
      feed,
      selection,
      position: { positions },
      sink,
      until: undefined,
      tellsStatus: true,
      lagMs: 0,
      heartbeatMs: HEARTBEAT_MS,
      stallMs: HEARTBEAT_MS,
    })
    running = session.run()
  }

  async function turns(): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
  }

  test('R38: is paused in a replay while its connection is full, and resumes when that is empty', async () => {
    await write(1_000)
    sink.fills = true
    await begin()
    await waitFor('the first events', () => sink.events > 0)
    const before = sink.events
    expect(before).toBeLessThan(1_000)
    await turns()
    expect(sink.events).toBe(before)
    sink.take()
    await waitFor('the other events', () => sink.events === 1_000)
  })

  test('R38: is not sent a heartbeat while its connection is full', async () => {
    await begin()
    await waitFor('the head', () => sink.text.includes('"live"'))
    sink.fills = true
    await write(1)
    await waitFor('the event', () => sink.events === 1)
    const before = sink.text
    session.tick(Date.now() + HEARTBEAT_MS)
    expect(sink.text).toBe(before)
    sink.take()
    session.tick(Date.now() + 2 * HEARTBEAT_MS)
    await waitFor('the heartbeat', () => sink.text.includes('"heartbeat"'))
  })

  test('R39: that is closed after events at the head resumes after the last of them', async () => {
    await begin()
    await waitFor('the head', () => sink.text.includes('"live"'))
    await write(3)
    await waitFor('the events', () => sink.events === 3)
    session.close()
    await running
    expect(sink.text).toContain('"closing"')
    expect((await world.page(`?cursor=${sink.lastId}`)).events).toEqual([])
  })
})
