import { toFactsError } from '../../errors'
import type { InputBatch } from '../../broker/ports'

const HEARTBEAT_MS = 1_000

/**
 * Keeps the membership alive while work waits for brokers: over a slow network its requests together take longer than a
 * session. That the membership has ended the work's own heartbeats tell, before the commit above all.
 */
export async function whileAlive<T>(batch: InputBatch, work: Promise<T>): Promise<T> {
  let isAsking = false
  const timer = setInterval(() => {
    if (isAsking) return
    isAsking = true
    void batch
      .heartbeat()
      .catch(() => undefined)
      .finally(() => (isAsking = false))
  }, HEARTBEAT_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}

/**
 * Throws when others may own the partition by now. A group that is about to share anew still waits for this member, so
 * what is under way is committed first: to abort it would only make the next owner do it again.
 */
export async function stillOwned(batch: InputBatch): Promise<void> {
  try {
    await batch.heartbeat()
  } catch (error) {
    if (toFactsError(error).code !== 'GROUP_REBALANCING') throw error
  }
}

/** Waits, keeping the membership alive; throws when that ends. */
export async function waitWithHeartbeats(milliseconds: number, batch: InputBatch): Promise<void> {
  const until = Date.now() + milliseconds
  for (let left = milliseconds; left > 0; left = until - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 500)))
    await batch.heartbeat()
  }
}
