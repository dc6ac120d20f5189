import type { Seen } from './seen'
import type { WatchedChange } from './watched-change'
import type { WatchedFact } from './watched-fact'

/** Two halves; one of them alone when the other did not arrive in time. */
export interface Halves<Change, Fact> {
  readonly change: Change | undefined
  readonly fact: Fact | undefined
}

/** A change and its fact. */
export type Pair = Halves<WatchedChange, WatchedFact>

/**
 * Pairs each change with its fact. They arrive from different topics, in any order, so each waits for the other, for
 * `patienceMs` at most. Pure: time is an argument.
 */
export class Pairing<Change extends Seen, Fact extends Seen> {
  private readonly changes = new Map<string, Change>()
  private readonly facts = new Map<string, Fact>()

  constructor(private readonly patienceMs: number) {}

  change(seen: Change): Halves<Change, Fact> | undefined {
    const fact = this.facts.get(seen.pair)
    if (fact === undefined) this.changes.set(seen.pair, seen)
    this.facts.delete(seen.pair)
    return fact === undefined ? undefined : { change: seen, fact }
  }

  fact(seen: Fact): Halves<Change, Fact> | undefined {
    const change = this.changes.get(seen.pair)
    if (change === undefined) this.facts.set(seen.pair, seen)
    this.changes.delete(seen.pair)
    return change === undefined ? undefined : { change, fact: seen }
  }

  /** Unpaired ones whose wait is over, oldest first. */
  expired(now: number): readonly Halves<Change, Fact>[] {
    return [
      ...this.overdue(this.changes, now).map((change) => ({ change, fact: undefined })),
      ...this.overdue(this.facts, now).map((fact) => ({ change: undefined, fact })),
    ]
  }

  private overdue<T extends Seen>(waiting: Map<string, T>, now: number): readonly T[] {
    const over = [...waiting].filter(([, { at }]) => now - at >= this.patienceMs)
    for (const [key] of over) waiting.delete(key)
    return over.map(([, seen]) => seen)
  }
}
