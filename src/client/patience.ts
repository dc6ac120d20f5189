import { Backoff } from './backoff'
import type { Clock } from './clock'
import { isCoded } from './errors/coded-error'
import type { FollowState } from './follow-state'

/** Backoff of the position store. */
const WAITS = { firstMs: 500, mostMs: 30_000 }

export type Outcome = 'kept' | 'stopped'

export interface PatienceOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onState?: ((state: FollowState) => void) | undefined
}

/**
 * Retries the work until it succeeds, or until the follower is stopped. `waitFor` returns the milliseconds to wait after an
 * error, unless the position store caused it. Throws errors that require an operator.
 */
export async function patiently(
  { clock, signal, onState }: PatienceOptions,
  work: () => Promise<void>,
  waitFor: (error: unknown) => number | undefined = () => undefined,
): Promise<Outcome> {
  const waits = new Backoff({ ...WAITS, random: clock.random })
  for (;;) {
    try {
      await work()
      return 'kept'
    } catch (error) {
      let waitMs = waitFor(error)
      if (waitMs === undefined) {
        if (isCoded(error) && error.remedy === 'halt' && !isFull(error)) throw error
        waitMs = waits.next()
        onState?.({ state: 'position-unavailable', error, waitMs })
      }
      if (!signal.aborted) await clock.sleep(waitMs, signal)
      if (signal.aborted) return 'stopped'
    }
  }
}

/** Retryable, because disk space may be freed; the handled event is not handled again. */
export const isFull = (error: unknown): boolean => isCoded(error) && error.code === 'DISK_FULL'
