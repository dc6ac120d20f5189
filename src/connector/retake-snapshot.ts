import { toFactsError } from '../errors'
import type { ConnectClient } from './connect-client'

export interface RetakeOptions {
  readonly client: ConnectClient
  readonly name: string
  /** Milliseconds. */
  readonly deadlineMs?: number
  readonly pauseMs?: number
  /** Runs while the connector is stopped, before its offsets are reset. */
  readonly whileStopped?: () => Promise<void>
}

/**
 * Makes the connector take a new snapshot: stops it, resets its offsets, and resumes it. Its slot stays, so no change in
 * between is missed. Throws CONNECT_UNAVAILABLE or CONNECTOR_REFUSED.
 */
export async function retakeSnapshot({
  client,
  name,
  deadlineMs = 60_000,
  pauseMs = 500,
  whileStopped = () => Promise.resolve(),
}: RetakeOptions): Promise<void> {
  const deadline = Date.now() + deadlineMs
  try {
    await client.stop(name)
    await whileStopped()
    await forgetOffsets(client, name, deadline, pauseMs)
  } catch (error) {
    await client.resume(name).catch(() => undefined)
    throw error
  }
  await client.resume(name)
}

/** Retries, because Connect refuses the reset until the last task has ended. */
async function forgetOffsets(
  client: ConnectClient,
  name: string,
  deadline: number,
  pauseMs: number,
): Promise<void> {
  for (;;) {
    try {
      await client.forgetOffsets(name)
      return
    } catch (error) {
      if (Date.now() > deadline) throw toFactsError(error)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
