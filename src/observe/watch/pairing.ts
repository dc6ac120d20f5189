/** A record of a topic, ready to be shown. */
export interface Seen {
  /** Key that a change and its fact share. */
  readonly pair: string
  /** Milliseconds, of the clock that drives the pairing. */
  readonly at: number
  readonly title: string
  readonly body: string
}

/** A change and its fact; one of them alone when the other did not arrive in time. */
export interface Pair {
  readonly change: Seen | undefined
  readonly fact: Seen | undefined
}

/**
 * Pairs each change with its fact. They arrive from different topics, in any order, so each waits for the other, for
 * `patienceMs` at most. Pure: time is an argument.
 */
export class Pairing {
  private readonly changes = new Map<string, Seen>()
  private readonly facts = new Map<string, Seen>()

  constructor(private readonly patienceMs: number) {}

  change(seen: Seen): Pair | undefined {
    const fact = this.facts.get(seen.pair)
    if (fact === undefined) this.changes.set(seen.pair, seen)
    this.facts.delete(seen.pair)
    return fact === undefined ? undefined : { change: seen, fact }
  }

  fact(seen: Seen): Pair | undefined {
    const change = this.changes.get(seen.pair)
    if (change === undefined) this.facts.set(seen.pair, seen)
    this.changes.delete(seen.pair)
    return change === undefined ? undefined : { change, fact: seen }
  }

  /** Unpaired ones whose wait is over, oldest first. */
  expired(now: number): readonly Pair[] {
    const pairs: Pair[] = []
    for (const [waiting, pairOf] of [
      [this.changes, (change: Seen): Pair => ({ change, fact: undefined })],
      [this.facts, (fact: Seen): Pair => ({ change: undefined, fact })],
    ] as const) {
      for (const [key, seen] of waiting) {
        if (now - seen.at < this.patienceMs) continue
        waiting.delete(key)
        pairs.push(pairOf(seen))
      }
    }
    return pairs
  }
}
