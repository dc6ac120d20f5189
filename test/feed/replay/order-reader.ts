import fc from 'fast-check'
import type { ReaderPosition } from '../../../src/feed/cursor/reader-position'
import type { ReadLimits } from '../../../src/feed/history/read-limits'
import { WindowReplay } from '../../../src/feed/replay/window-replay'
import type { Selection } from '../../../src/feed/select/selection'
import type { FeedWorld } from '../feed-world'

export const WINDOW_MS = 1_000

export interface ToldFact {
  readonly subject: string
  /** What tells facts of one subject apart; counts up. */
  readonly quantity: number
  /** Milliseconds. */
  readonly time: number
  readonly lsn: number
  readonly isLate: boolean
}

export const nameOf = ({ subject, quantity }: ToldFact): string => `${subject}:${quantity}`

/** A client that reads windows, keeps the last id as EventSource does, and is cut now and then. */
export class OrderReader {
  /** Windows that were sent to their end. */
  readonly windows: ToldFact[][] = []
  /** Events of a window that were sent before each interruption, and how many windows had ended then. */
  readonly cuts: { readonly facts: readonly ToldFact[]; readonly ended: number }[] = []
  private under: ToldFact[] = []
  private lastId = ''
  private replay: WindowReplay

  constructor(
    private readonly world: FeedWorld,
    private readonly selection: Selection,
    position: ReaderPosition,
    private readonly options: {
      readonly lagMs: number
      readonly clock: () => number
      readonly largest?: ReadLimits
    },
  ) {
    this.lastId = world.feed.cursor(selection, position)
    this.replay = this.from(position)
  }

  get facts(): readonly ToldFact[] {
    return this.windows.flat()
  }

  /** Takes what is there by now; is cut once, after so many events, when there are so many. */
  async take(cutAfter = Number.POSITIVE_INFINITY): Promise<void> {
    const { hub, feed } = this.world
    let left = cutAfter
    while (!this.replay.isThere(hub.positions)) {
      for (const { text, id } of await this.replay.step(hub.positions)) {
        this.under.push(factOf(text))
        this.lastId = id
        left -= 1
        if (left === 0) break
      }
      if (left > 0) {
        if (this.replay.isBetween) this.end()
        continue
      }
      left = Number.POSITIVE_INFINITY
      this.cuts.push({ facts: this.under, ended: this.windows.length })
      this.under = []
      this.replay = this.from(await feed.resume(this.lastId, this.selection))
    }
  }

  private end(): void {
    this.lastId = this.replay.cursor
    if (this.under.length > 0) this.windows.push(this.under)
    this.under = []
  }

  private from(position: ReaderPosition): WindowReplay {
    const options = { windowMs: WINDOW_MS, ...this.options }
    return new WindowReplay(this.world.feed, this.selection, position, options)
  }
}

function factOf(text: string): ToldFact {
  const { data, txn_ts, late } = JSON.parse(text) as {
    readonly data: { readonly quantity: number; readonly header: Record<string, unknown> }
    readonly txn_ts: string
    readonly late?: boolean
  }
  const { subject, revision } = data.header
  return {
    subject: String(subject),
    quantity: data.quantity,
    time: Date.parse(txn_ts),
    lsn: Number(revision),
    isLate: late ?? false,
  }
}

/** What happens: facts are committed on the topic so many milliseconds after the source's commit, time passes, cuts. */
export const Schedule = fc.array(
  fc.record({
    facts: fc.array(
      fc.record({
        id: fc.integer({ min: 1, max: 14 }),
        age: fc.oneof(
          { weight: 6, arbitrary: fc.nat(900) },
          { weight: 2, arbitrary: fc.nat(4_000) },
          { weight: 1, arbitrary: fc.nat(90_000) },
          { weight: 1, arbitrary: fc.constant(0) },
        ),
      }),
      { maxLength: 6 },
    ),
    passes: fc.oneof(
      { weight: 5, arbitrary: fc.nat(1_500) },
      { weight: 1, arbitrary: fc.nat(70_000) },
    ),
    cutAfter: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 5 })),
  }),
  { minLength: 1, maxLength: 25 },
)
export type Schedule = typeof Schedule extends fc.Arbitrary<infer T> ? T : never

export interface OrderRun {
  readonly fast: OrderReader
  readonly sweep: OrderReader
  readonly written: readonly string[]
  readonly subjectOrder: Readonly<Record<string, string[]>>
}

const HOUR_MS = 3_600_000
let runs = 0

/** Two readers that differ in their lag alone go through the schedule; `onTold` looks at them after each step. */
export async function runSchedule(
  world: FeedWorld,
  schedule: Schedule,
  largest?: ReadLimits,
  onTold: (run: Pick<OrderRun, 'fast' | 'sweep'>) => void = () => undefined,
): Promise<OrderRun> {
  // Later than every run before it, and long ago, so that the log was read up to then.
  runs += 1
  let now = Math.floor(Date.now() / HOUR_MS - 50_000 + runs) * HOUR_MS
  const clock = (): number => now
  const positions = await world.hub.head()
  const selection = world.feed.select({ select: 'quantity,header' })
  const reader = (lagMs: number): OrderReader =>
    new OrderReader(world, selection, { positions }, { lagMs, clock, ...(largest && { largest }) })
  const run = { fast: reader(1_000), sweep: reader(60_000) }
  const written: string[] = []
  const subjectOrder: Record<string, string[]> = {}
  for (const { facts, passes, cutAfter } of schedule) {
    const made = facts.map(({ id, age }) => {
      const name = `${id}:${written.length + 1}`
      written.push(name)
      ;(subjectOrder[String(id)] ??= []).push(name)
      return { id: BigInt(id), quantity: written.length, time: BigInt(now - age) * 1000n }
    })
    if (made.length > 0) await world.write(...made)
    now += passes
    await world.hub.head()
    await run.fast.take(cutAfter)
    await run.sweep.take(cutAfter)
    onTold(run)
  }
  now += 200_000
  await run.fast.take()
  await run.sweep.take()
  return { ...run, written, subjectOrder }
}
