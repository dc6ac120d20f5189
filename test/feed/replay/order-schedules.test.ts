import fc from 'fast-check'
import type { ReaderPosition } from '../../../src/feed/cursor/reader-position'
import type { Positions } from '../../../src/feed/cursor/position'
import type { WindowPlan } from '../../../src/feed/replay/window'
import { WindowReplay } from '../../../src/feed/replay/window-replay'
import { FeedWorld } from '../feed-world'
import type { OrderReader, OrderRun, ToldFact } from './order-reader'
import { Schedule, WINDOW_MS, nameOf, runSchedule } from './order-reader'

const RUNS = 100
const cell = (time: number): number => Math.floor(time / WINDOW_MS)

/** Nothing left out, nothing in two windows, subjects in the order of the topic. */
function expectComplete(reader: OrderReader, { written, subjectOrder }: OrderRun): void {
  const names = reader.facts.map(nameOf)
  expect([...names].sort()).toEqual([...written].sort())
  const seen: Record<string, string[]> = {}
  for (const name of names) (seen[name.split(':')[0] ?? ''] ??= []).push(name)
  expect(seen).toEqual(subjectOrder)
}

/** By commit time and LSN, but that a subject's fact counts as no earlier than the one before it. */
function expectSorted(window: readonly ToldFact[]): void {
  const lastOf = new Map<string, readonly [number, number]>()
  const isBefore = (a: readonly [number, number], b: readonly [number, number]): boolean =>
    a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
  let last: readonly [number, number] = [0, 0]
  for (const { subject, time, lsn } of window) {
    const own = [time, lsn] as const
    const before = lastOf.get(subject) ?? own
    const counts = isBefore(own, before) ? before : own
    lastOf.set(subject, counts)
    expect(isBefore(counts, last)).toBe(false)
    last = counts
  }
}

/** Events that are not marked as late are of a later window than every event before. */
function expectMarked(windows: readonly (readonly ToldFact[])[]): void {
  let latest = 0
  for (const window of windows) {
    for (const { time, isLate } of window) if (!isLate) expect(cell(time)).toBeGreaterThan(latest)
    latest = Math.max(latest, ...window.map(({ time }) => cell(time)))
  }
}

/** Events of a window that were sent before an interruption are repeated in one window, the next. */
function expectOneRepeated({ windows, cuts }: OrderReader): void {
  for (const { facts, ended } of cuts) {
    const again = (windows[ended] ?? []).map(nameOf)
    expect(again).toEqual(expect.arrayContaining(facts.map(nameOf)))
  }
}

const onTime = ({ facts }: OrderReader): ToldFact[] => facts.filter(({ isLate }) => !isLate)

describe('commits in order, under any schedule', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start({ partitions: 6, pollMs: 5_000 })
  })
  afterEach(async () => {
    jest.restoreAllMocks()
    await world.stop()
  })

  const holds = (runs = RUNS): Promise<void> =>
    fc.assert(
      fc.asyncProperty(Schedule, async (schedule) => {
        const run = await runSchedule(world, schedule, undefined, ({ fast, sweep }) => {
          const shown = new Set(fast.facts.map(nameOf))
          expect(sweep.facts.map(nameOf).filter((name) => !shown.has(name))).toEqual([])
        })
        for (const reader of [run.fast, run.sweep]) {
          expectComplete(reader, run)
          reader.windows.forEach(expectSorted)
          expectMarked(reader.windows)
          expectOneRepeated(reader)
        }
        const inPlace = new Set(onTime(run.sweep).map(nameOf))
        expect(
          onTime(run.fast)
            .map(nameOf)
            .filter((name) => !inPlace.has(name)),
        ).toEqual([])
      }),
      { numRuns: runs, endOnFailure: true },
    )

  test('R68, R69, R70: windows are sorted, complete, repeated one at most, and a longer lag contains a shorter one', async () => {
    await holds()
  }, 120_000)

  test('R71: windows that are sent in parts omit nothing, and each part is sorted', async () => {
    const largest = fc.record({ facts: fc.integer({ min: 1, max: 4 }), bytes: fc.constant(1e6) })
    await fc.assert(
      fc.asyncProperty(Schedule, largest, async (schedule, limits) => {
        const run = await runSchedule(world, schedule, limits)
        for (const reader of [run.fast, run.sweep]) {
          expectComplete(reader, run)
          reader.windows.forEach(expectSorted)
          const sizes = reader.windows.map(({ length }) => length)
          expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(limits.facts)
          // From one part to the next commit times go back only where that is said.
          let latest = 0
          for (const { time, isLate } of reader.facts) {
            if (!isLate && time < latest) expect(cell(time)).toBe(cell(latest))
            latest = Math.max(latest, time)
          }
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  }, 120_000)

  /** Plants a bug into each window that is planned. */
  const planned = (change: (plan: WindowPlan) => object): void => {
    const inside = WindowReplay.prototype as unknown as {
      begin: (until: Positions) => Promise<WindowPlan | undefined>
    }
    const { begin } = inside
    jest.spyOn(inside, 'begin').mockImplementation(async function (this: WindowReplay, until) {
      const plan = await begin.call(this, until)
      return plan && { ...plan, ...change(plan) }
    })
  }

  test('a server that skips what came late is caught', async () => {
    planned(({ entries }) => ({ entries: entries.filter(({ isLate }) => !isLate) }))
    await expect(holds()).rejects.toThrow()
  }, 120_000)

  test('a server that merges without sorting is caught', async () => {
    planned(({ entries }) => ({
      entries: [...entries].sort(
        (a, b) => a.partition - b.partition || Number(a.offset - b.offset),
      ),
    }))
    await expect(holds()).rejects.toThrow()
  }, 120_000)

  test("a server that sends the cursor of the window's end with its events is caught", async () => {
    jest.spyOn(WindowReplay.prototype, 'position', 'get').mockImplementation(function (
      this: WindowReplay,
    ) {
      const { open, positions, sentUntil } = this as unknown as {
        readonly open: ReaderPosition | undefined
        readonly positions: Positions
        readonly sentUntil: bigint | undefined
      }
      return open ?? { positions, sentUntil }
    })
    await expect(holds()).rejects.toThrow()
  }, 120_000)
})
