/** A record for one of the captured tables' topics. */
export interface Change {
  readonly key: string
  /** null is a tombstone. */
  readonly value: string | null
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}
