import OriginalBrokerPool from 'kafkajs/src/cluster/brokerPool'
import { KAFKA_ERRORS } from '../error-table'

/** Authentication errors, which are the same at every broker. */
const REFUSED: ReadonlySet<unknown> = new Set(
  KAFKA_ERRORS.filter(([, , decision]) => decision === 'NOT_AUTHORIZED').map(([, name]) => name),
)

/**
 * Replaces cluster/brokerPool.js, which tries one broker after the other and drops the errors: without the right to use a group
 * or a transactional id the error was that its coordinator is not found.
 */
class BrokerPool extends OriginalBrokerPool {
  override async withBroker<T>(question: OriginalBrokerPool.Question<T>): Promise<T | null> {
    const refused: { by?: Error } = {}
    const answer = await super.withBroker(async (at) => {
      if (refused.by !== undefined) throw refused.by
      try {
        return await question(at)
      } catch (error) {
        if (error instanceof Error && 'type' in error && REFUSED.has(error.type)) refused.by = error
        throw error
      }
    })
    if (answer === null && refused.by !== undefined) throw refused.by
    return answer
  }
}

export = BrokerPool
