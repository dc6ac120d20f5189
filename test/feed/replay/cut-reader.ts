import fc from 'fast-check'
import type { ReaderPosition } from '../../../src/feed/cursor/reader-position'
import type { Positions } from '../../../src/feed/cursor/position'
import type { Selection } from '../../../src/feed/select/selection'
import type { StreamOutput } from '../../../src/feed/stream/stream-session'
import { StreamSession } from '../../../src/feed/stream/stream-session'
import type { FeedWorld } from '../feed-world'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A connection that is cut after so many events: what is written later never arrives. */
class CuttableOutput implements StreamOutput {
  readonly subjects: string[] = []
  lastId = ''
  isClosed = false
  isLive = false
  onCut: () => void = () => undefined
  onLive: () => void = () => undefined
  isFull = false

  constructor(
    private left: number,
    /** Counts as slow for a moment after every so many events. */
    private readonly fullEvery: number,
  ) {}

  /** Of blocks that arrive together, those after the interruption are lost. */
  write(blocks: Buffer): void {
    for (const block of blocks.toString().split(/(?<=\n\n)/)) if (!this.isClosed) this.read(block)
  }

  private read(text: string): void {
    this.lastId = /^id: (.*)$/m.exec(text)?.[1] ?? this.lastId
    const subject = /"subject":"(\d+)".*?"quantity":(\d+)/.exec(text)
    if (text.includes('"status":"live"')) {
      this.isLive = true
      this.onLive()
    }
    if (subject === null) return
    this.subjects.push(`${subject[1] ?? ''}:${subject[2] ?? ''}`)
    if (this.subjects.length % this.fullEvery === 0) this.isFull = true
    this.left -= 1
    if (this.left <= 0) this.cut()
  }

  cut(): void {
    this.isClosed = true
    this.onCut()
  }

  async drained(): Promise<void> {
    await turn()
    this.isFull = false
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

const Step = fc.record({
  /** Facts that are committed at once before the session begins, and again while it runs. */
  before: fc.nat(4),
  during: fc.array(fc.nat(3), { maxLength: 4 }),
  cutAfter: fc.integer({ min: 1, max: 9 }),
  /** Turns of the event loop between the commits. */
  turns: fc.nat(3),
  /** Waits for the session to stand at the head, and commits at that very moment. */
  atLive: fc.nat(2),
  fullEvery: fc.integer({ min: 2, max: 12 }),
})
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never

/** Cuts one reader again and again; gives how often it was cut, how often it had reached the head. */
class CutReader {
  cuts = 0
  live = 0
  readonly seen: string[] = []
  readonly written: string[] = []
  private cursor = ''
  private count = 0

  constructor(
    private readonly world: FeedWorld,
    private readonly selection: Selection,
  ) {}

  async run(steps: readonly Step[]): Promise<void> {
    const { feed, hub } = this.world
    this.cursor = feed.cursor(this.selection, { positions: await hub.head() })
    for (const step of steps) await this.oneSession(step)
    // What is left, undisturbed.
    const output = new CuttableOutput(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
    await this.session(output, await hub.head())
    this.take(output)
  }

  private async oneSession({
    before,
    during,
    cutAfter,
    turns,
    atLive,
    fullEvery,
  }: Step): Promise<void> {
    await this.commit(before)
    const output = new CuttableOutput(cutAfter, fullEvery)
    let atSeam = Promise.resolve()
    output.onLive = () => {
      atSeam = this.commit(atLive)
    }
    const session = this.session(output, undefined)
    for (let n = 0; n < 20 * atLive && !output.isLive && !output.isClosed; n += 1) await turn()
    await atSeam
    for (const facts of during) {
      await this.commit(facts)
      for (let n = 0; n < turns; n += 1) await turn()
    }
    for (let n = 0; n < 3 && !output.isClosed; n += 1) await turn()
    output.cut()
    await session
    this.take(output)
    this.cuts += 1
    if (output.isLive) this.live += 1
  }

  private take(output: CuttableOutput): void {
    this.seen.push(...output.subjects)
    if (output.lastId !== '') this.cursor = output.lastId
  }

  private async session(output: CuttableOutput, until: Positions | undefined): Promise<void> {
    const { feed } = this.world
    const position: ReaderPosition = await feed.resume(this.cursor, this.selection)
    const session = new StreamSession({
      feed,
      selection: this.selection,
      position,
      output,
      until,
      tellsStatus: false,
      lagMs: 0,
      heartbeatMs: 60_000,
      stallMs: 60_000,
    })
    output.onCut = () => session.gone()
    await session.run()
  }

  private async commit(facts: number): Promise<void> {
    const written = Array.from({ length: facts }, () => {
      this.count += 1
      return { id: BigInt(1 + (this.count % 7)), quantity: this.count }
    })
    if (written.length > 0) await this.world.write(...written)
    this.written.push(...written.map(({ id, quantity }) => `${id}:${quantity}`))
  }
}

/** Each subject's facts in the order in which they came. */
function bySubject(facts: readonly string[]): Record<string, string[]> {
  const subjects: Record<string, string[]> = {}
  for (const fact of facts) (subjects[fact.split(':')[0] ?? ''] ??= []).push(fact)
  return subjects
}

/** Cuts in one run. */
export const STEPS = 100

export interface Counts {
  cuts: number
  /** Of sessions that had reached the head. */
  live: number
}

/** Fails when a reader that is cut again and again misses a fact, or sees one twice. Counts into `counts`. */
export async function cutsLoseNothing(
  world: FeedWorld,
  counts: Counts,
  runs: number,
): Promise<Counts> {
  const selection = world.feed.select({ select: 'quantity,header.subject' })
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      const reader = new CutReader(world, selection)
      await reader.run(steps)
      counts.cuts += reader.cuts
      counts.live += reader.live
      expect(bySubject(reader.seen)).toEqual(bySubject(reader.written))
    }),
    { numRuns: runs, endOnFailure: true },
  )
  return counts
}
