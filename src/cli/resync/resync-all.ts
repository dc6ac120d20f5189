import { setTimeout as pause } from 'node:timers/promises'
import type { Resyncing } from '../../compose/resync'
import { FactsError } from '../../errors'
import type { Compared, SourceOf } from './compare-facts'
import { agrees, compareFacts, describeDifference, refuseMost } from './compare-facts'
import { removeAbsent } from './resync-facts'

export interface ResyncAllOptions {
  readonly parts: readonly Resyncing[]
  readonly sourceOf: SourceOf
  /** Whether changes are known to be lost, so that a snapshot is taken even when nothing differs. */
  readonly isLost: boolean
  /** Remove even when most rows would go. */
  readonly force: boolean
  /** Takes a new snapshot; resolves when it is complete. */
  readonly snapshot: () => Promise<void>
  /** Receives the progress, a line at a time. */
  readonly say: (line: string) => void
  /** Milliseconds between the first two comparisons, doubled up to thirty times that; default 1,000. */
  readonly pauseMs?: number
  /** Milliseconds without progress after which it gives up; default 180,000. */
  readonly patienceMs?: number
}

/**
 * Makes facts agree with their tables: takes a snapshot when they differ, removes what is only in the facts, and compares
 * until the differences are gone. Rows that change concurrently do not count: only a difference that two comparisons find
 * does. Throws RESYNC_REFUSED as `resyncFacts` does, before anything is changed, and TIMED_OUT without progress.
 */
export async function resyncAll(options: ResyncAllOptions): Promise<void> {
  const { parts, sourceOf, isLost, force, snapshot, say } = options
  let before = await compareFacts(parts, sourceOf)
  for (const one of before) for (const line of describeDifference(one)) say(line)
  if (!isLost && before.every(({ difference }) => agrees(difference))) {
    say('Facts and tables agree.')
    return
  }
  if (!force) refuseMost(before)
  await snapshot()
  const waiting = new Waiting(options)
  for (;;) {
    const compared = await compareFacts(parts, sourceOf)
    if (!force) refuseMost(compared)
    const left = settled(before, compared)
    if (left.every(({ keys }) => keys.length === 0)) {
      say('Facts and tables agree.')
      return
    }
    await removeAbsent(compared)
    before = compared
    await waiting.next(left)
  }
}

interface Left {
  readonly name: string
  readonly keys: readonly string[]
}

/** Differences that two comparisons have both found, by key and kind of difference. */
function settled(before: readonly Compared[], now: readonly Compared[]): readonly Left[] {
  return now.map((one, index) => {
    const known = new Set(differences(before[index]))
    return { name: one.part.name, keys: differences(one).filter((key) => known.has(key)) }
  })
}

function differences(compared: Compared | undefined): readonly string[] {
  if (compared === undefined) return []
  const { missing, different, absent } = compared.difference
  return [
    ...missing.map((subject) => `missing ${subject}`),
    ...different.map(({ subject, between }) => `different ${subject} ${between}`),
    ...absent.map(({ key }) => `absent ${String(key)}`),
  ]
}

/** Waits with growing pauses, prints a line when the number changes, and times out without progress. */
class Waiting {
  private pauseMs: number
  private last = ''
  private movedAt = performance.now()

  constructor(private readonly options: ResyncAllOptions) {
    this.pauseMs = options.pauseMs ?? 1_000
  }

  async next(left: readonly Left[]): Promise<void> {
    const { say, patienceMs = 180_000, pauseMs: first = 1_000 } = this.options
    const text = left
      .filter(({ keys }) => keys.length > 0)
      .map(({ name, keys }) => `${keys.length} rows of ${name}`)
      .join(', ')
    if (text !== this.last) {
      say(`Waiting for the pipeline to process ${text}`)
      this.movedAt = performance.now()
    } else if (performance.now() - this.movedAt > patienceMs) {
      throw new FactsError(
        'TIMED_OUT',
        `${text} still differ, without progress for ${Math.round(patienceMs / 1_000)} s. Check with "facts doctor" that the pipeline runs and that no key is parked; then run facts resync --all again.`,
      )
    }
    this.last = text
    await pause(this.pauseMs)
    this.pauseMs = Math.min(this.pauseMs * 2, first * 30)
  }
}
