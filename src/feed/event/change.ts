import type { Image } from '../image/image'
import type { Position } from '../cursor/position'

/** A fact with the previous one of the same subject. */
export interface Change {
  readonly partition: number
  readonly key: Buffer
  /** Position after the fact. */
  readonly position: Position
  /** Undefined when the record is not a fact of the feed. */
  readonly next: Image | undefined
  readonly previous: Image | undefined
}
