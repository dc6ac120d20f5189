import { toFactsError } from '../../errors'

/** Between two attempts, milliseconds. */
const PAUSE_MS = 250

/**
 * Tries again while Kafka is away for a part of the work: after a broker has died, its partitions are without a leader until
 * broker.session.timeout.ms (9 s by default) is over. Throws the last error when an attempt ends after `until` (by
 * `performance.now()`) or `goesOn` says no, and any other error at once.
 */
export async function throughOutage<T>(
  until: number,
  goesOn: () => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const { code } = toFactsError(error)
      if (code !== 'BROKER_UNAVAILABLE' || performance.now() > until || !goesOn()) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
