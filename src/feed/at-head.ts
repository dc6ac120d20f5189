import type { Hub } from './hub'
import { within } from './within'

/** How often it is asked again. */
const LOOK_MS = 50

/**
 * Resolves when the feed has read its topic up to where it ended, or the time is over: for a server to be reached only then.
 * EventSource tries again when a connection is refused, and gives up for ever at 503.
 */
export async function atHead(hub: Pick<Hub, 'head'>, deadlineMs: number): Promise<void> {
  const until = Date.now() + deadlineMs
  const isThere = (): Promise<boolean> =>
    hub.head().then(
      () => true,
      () => false,
    )
  while (Date.now() < until) {
    const there = await within(until - Date.now(), isThere()).catch(() => false)
    if (there) return
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
