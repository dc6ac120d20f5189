import type { InputBatch } from '../../broker/ports'

const HEARTBEAT_MS = 1_000

/**
 * Sends group heartbeats while work waits for brokers: over a slow network its requests together take longer than a session.
 * The work's own heartbeats detect the end of the membership, above all before the commit.
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

/** Waits while sending group heartbeats; throws when the membership ends. */
export async function waitWithHeartbeats(milliseconds: number, batch: InputBatch): Promise<void> {
  const until = Date.now() + milliseconds
  for (let left = milliseconds; left > 0; left = until - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 500)))
    await batch.heartbeat()
  }
}
