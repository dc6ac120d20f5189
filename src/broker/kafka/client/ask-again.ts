import type { KafkaCluster } from './kafka-cluster'
import { translateKafkaError } from './kafka-errors'

/** How long an outage is waited out, and how often the question is asked meanwhile. */
const DEADLINE_MS = 5_000
const RETRY_MS = 100

/**
 * Asks a question until it is answered; an outage that lasts, and any other error, is thrown as a FactsError. For
 * questions that leave nothing behind, and only for them.
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
