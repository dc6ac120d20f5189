import type { Source } from '../../topology/topology'
import type { InputRecord } from '../commit/left-out'
import type { LetterPosition } from './control-record'
import type { ParkedKey } from './parked-keys'

/** A dead letter on its topic. */
export interface DeadLetter {
  readonly code: string
  readonly message: string
  /** The input record, except for a value that was too large for a dead letter: see `original`. */
  readonly record: InputRecord
  /** Position of its first dead letter. */
  readonly letter: LetterPosition
}

/** A parked key with its dead letters, in the order of the input. */
export interface WaitingKey {
  readonly source: Source
  readonly processor: string
  readonly key: Buffer
  /** Partition of the input and of its control topic. */
  readonly partition: number
  readonly parked: ParkedKey
  readonly letters: readonly DeadLetter[]
}
