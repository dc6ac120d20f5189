import type { FactRow } from './fact-row'

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
