import { toFactsError } from '../errors'
import type { ConnectClient } from './connect-client'

export interface RetakeOptions {
  readonly client: ConnectClient
  readonly name: string
  /** Milliseconds. */
  readonly deadlineMs?: number
  readonly pauseMs?: number
  /** Done while it is stopped, before it forgets anything. */
  readonly meanwhile?: () => Promise<void>
}

/**
 * Has the connector read its tables again: stops it, makes it forget how far it had come, and resumes it. Its slot
 * stays, so nothing that happens meanwhile is missed. Throws CONNECT_UNAVAILABLE or CONNECTOR_REFUSED.
 */
export async function retakeSnapshot({
  client,
  name,
  deadlineMs = 60_000,
  pauseMs = 500,
  meanwhile = () => Promise.resolve(),
}: RetakeOptions): Promise<void> {
  const deadline = Date.now() + deadlineMs
  try {
    await client.stop(name)
    await meanwhile()
    await forgetOffsets(client, name, deadline, pauseMs)
  } catch (error) {
    await client.resume(name).catch(() => undefined)
    throw error
  }
  await client.resume(name)
}

/** Refused until the last task has ended. */
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
