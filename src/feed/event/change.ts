import type { Image } from '../image/image'
import type { Position } from '../cursor/position'

/** One fact with the one of the same subject before it. */
export interface Change {
  readonly partition: number
  readonly key: Buffer
  /** Behind the fact. */
  readonly position: Position
  /** Undefined when the record is not a fact of the feed. */
  readonly next: Image | undefined
  readonly previous: Image | undefined
}
