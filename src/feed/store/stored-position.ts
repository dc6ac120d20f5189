/** Stored position of a partition: offsets and times in decimal. */
export interface StoredPosition {
  readonly next: string
  readonly check: number
  /** After the last record that was trimmed, or where reading began. */
  readonly low: string
  /** The highest commit time before `low`; absent when unknown. */
  readonly lowTime?: string
  /** Every record before it was ingested; higher than `next` when only transaction markers followed. */
  readonly seen: string
}

export const FRESH: StoredPosition = { next: '0', check: 0, low: '0', seen: '0', lowTime: '0' }

/** Position of an empty partition that begins at the offset. */
export function startingAt(offset: bigint): StoredPosition {
  if (offset === 0n) return FRESH
  const low = String(offset)
  return { next: low, check: 0, low, seen: low }
}

export const seenOf = ({ seen, next }: StoredPosition): bigint =>
  BigInt(seen) > BigInt(next) ? BigInt(seen) : BigInt(next)
