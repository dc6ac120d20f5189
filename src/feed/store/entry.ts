/** A stored record of the facts topic. */
export interface FactRow {
  readonly key: Buffer
  /** Null for a tombstone. */
  readonly value: Buffer | null
  /** Offset of the last record of the same key in the partition. */
  readonly previous: bigint | undefined
  /** Source commit time, microseconds since 1970. */
  readonly time: bigint
  /** The highest commit time of the partition up to here. */
  readonly highestTime: bigint
  /** CRC-32 of key and value; see Position. */
  readonly check: number
  /** Whether it is a delete, by its CloudEvents type, so that trimming need not decode it. */
  readonly isDelete: boolean
  /** Whether it is an update, in the same way. */
  readonly isUpdate: boolean
}

/** A row with its partition and offset. */
export interface Entry extends FactRow {
  readonly partition: number
  readonly offset: bigint
}

export interface Low {
  readonly offset: bigint
  /** The highest commit time before it; undefined when unknown. */
  readonly time: bigint | undefined
}

export interface KeyEntry {
  readonly key: Buffer
  /** Offset of the last record of the key. */
  readonly offset: bigint
}
