import { toFactsError } from '../../errors'

/** Milliseconds between two attempts. */
const PAUSE_MS = 250

/**
 * Retries while a part of Kafka is unavailable: after a broker failed, its partitions are without a leader until
 * broker.session.timeout.ms (9 s by default) is over. Throws the last error when an attempt ends after `until` (by
 * `performance.now()`) or `goesOn` returns false, and any other error immediately.
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
