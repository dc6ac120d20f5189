import OriginalBrokerPool from 'kafkajs/src/cluster/brokerPool'
import { KAFKA_ERRORS } from '../error-table'

/** No other broker answers otherwise: who asks is known to all of them alike. */
const REFUSED: ReadonlySet<unknown> = new Set(
  KAFKA_ERRORS.filter(([, , decision]) => decision === 'NOT_AUTHORIZED').map(([, name]) => name),
)

/**
 * Stands for cluster/brokerPool.js, which asks one broker after the other and forgets why none has answered: who may not use
 * a group or a transactional id got the answer that its coordinator is not found.
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
