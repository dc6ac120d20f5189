import type { BatchLimits } from '../commit/batch-limits'
import { batchLimit } from '../commit/batch-limits'

/** Size of a key that every topic accepts, bytes. */
const SHORT_KEY = 1_000
/** Size of a dead letter, or of a parked key's state, besides the key, which may be in base64. */
const KEY_MARGIN = 16_384

/** Whether the topics of parked keys and of dead letters accept the key: otherwise it is not parked. */
export function hasRoom(key: Buffer, topics: readonly string[], limits: BatchLimits): boolean {
  if (key.length <= SHORT_KEY) return true
  return (
    key.length * 2 + KEY_MARGIN <= Math.min(...topics.map((topic) => batchLimit(limits, topic)))
  )
}
