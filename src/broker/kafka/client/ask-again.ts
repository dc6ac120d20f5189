import type { KafkaCluster } from './kafka-cluster'
import { translateKafkaError } from './kafka-errors'

/** Milliseconds for which a request is retried during an outage, and the pause between attempts. */
const DEADLINE_MS = 5_000
const RETRY_MS = 100

/**
 * Retries a request during an outage; a longer outage, and any other error, is thrown as a FactsError. Only for requests
 * without side effects.
 */
export async function askAgain<T>(
  cluster: Pick<KafkaCluster, 'refreshMetadata' | 'isClosed'>,
  question: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    try {
      return await question()
    } catch (error) {
      const known = translateKafkaError(error, 'BROKER_UNAVAILABLE')
      if (known.remedy !== 'retry' || Date.now() > deadline) throw known
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      if (cluster.isClosed) throw known
      await cluster.refreshMetadata().catch(() => undefined)
    }
  }
}
