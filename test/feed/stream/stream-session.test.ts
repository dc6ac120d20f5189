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
  let output: HeldOutput
  let session: StreamSession
  let running: Promise<void>
  beforeEach(async () => {
    world = await FeedWorld.start()
    output = new HeldOutput()
  })
  afterEach(async () => {
    output.take()
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
      output,
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
    output.fills = true
    await begin()
    await waitFor('the first events', () => output.events > 0)
    const before = output.events
    expect(before).toBeLessThan(1_000)
    await turns()
    expect(output.events).toBe(before)
    output.take()
    await waitFor('the other events', () => output.events === 1_000)
  })

  test('R38: is not sent a heartbeat while its connection is full', async () => {
    await begin()
    await waitFor('the head', () => output.text.includes('"live"'))
    output.fills = true
    await write(1)
    await waitFor('the event', () => output.events === 1)
    const before = output.text
    session.tick(Date.now() + HEARTBEAT_MS)
    expect(output.text).toBe(before)
    output.take()
    session.tick(Date.now() + 2 * HEARTBEAT_MS)
    await waitFor('the heartbeat', () => output.text.includes('"heartbeat"'))
  })

  test('R39: that is closed after events at the head resumes after the last of them', async () => {
    await begin()
    await waitFor('the head', () => output.text.includes('"live"'))
    await write(3)
    await waitFor('the events', () => output.events === 3)
    session.close()
    await running
    expect(output.text).toContain('"closing"')
    expect((await world.page(`?cursor=${output.lastId}`)).events).toEqual([])
  })
})
