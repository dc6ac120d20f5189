/** A reader's position in one partition. */
export interface Position {
  /** Offset of the next record. */
  readonly next: bigint
  /**
   * CRC-32 of the last fact before it (key, value); 0 when there was none. It distinguishes histories. From a cursor of many
   * partitions only its lowest bits.
   */
  readonly check: number
}

/** One for each partition of a topic, by its number. */
export type Positions = readonly Position[]

/** True when both are equal. */
export function samePositions(a: Positions, b: Positions): boolean {
  return a.length === b.length && a.every(({ next }, index) => next === b[index]?.next)
}

/** In each partition the earlier of the two. */
export const notBeyond = (positions: Positions, end: Positions): Positions =>
  positions.map((position, partition) => {
    const last = end[partition] ?? position
    return last.next < position.next ? last : position
  })

/** True when `a` is at or after `b` in every partition. */
export function reached(a: Positions, b: Positions): boolean {
  return b.every(({ next }, index) => (a[index]?.next ?? 0n) >= next)
}
