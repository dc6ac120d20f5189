import type { BatchLimits } from '../commit/batch-limits'
import { batchLimit } from '../commit/batch-limits'

/** Bytes of a key that every topic has room for. */
const SHORT_KEY = 1_000
/** Bytes of a dead letter, or of what is kept of a parked key, besides the key, which may be in base64. */
const KEY_MARGIN = 16_384

/** Whether the topics of what is kept of a parked key, and of its dead letters, take the key: nothing waits for it otherwise. */
export function hasRoom(key: Buffer, topics: readonly string[], limits: BatchLimits): boolean {
  if (key.length <= SHORT_KEY) return true
  return (
    key.length * 2 + KEY_MARGIN <= Math.min(...topics.map((topic) => batchLimit(limits, topic)))
  )
}
