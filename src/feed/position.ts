/** Where a reader stands in one partition. */
export interface Position {
  /** Offset of the next record. */
  readonly next: bigint
  /** CRC-32 of the last fact before it (key, value); 0 when there was none. It tells one history from another. */
  readonly check: number
}

/** One for each partition of a topic, by its number. */
export type Positions = readonly Position[]

/** True when both stand at the same place. */
export function samePositions(a: Positions, b: Positions): boolean {
  return a.length === b.length && a.every(({ next }, index) => next === b[index]?.next)
}

/** True when `a` stands at or behind every place of `b`. */
export function reached(a: Positions, b: Positions): boolean {
  return b.every(({ next }, index) => (a[index]?.next ?? 0n) >= next)
}
