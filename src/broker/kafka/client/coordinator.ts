import type { Cluster } from '../kafkajs'
import { createRetry } from '../kafkajs'

/** Values of KafkaJS' protocol/coordinatorTypes.js. */
export const GROUP = 0
export const TRANSACTION = 1

/** The markers of the producer's last transaction are still being written. */
export const MARKERS_PENDING = 'CONCURRENT_TRANSACTIONS'
/** A transaction with the requested offset is open, or its marker has not been applied yet. */
const OFFSET_PENDING = 'UNSTABLE_OFFSET_COMMIT'
/** Responses of the right coordinator: no lookup of another one. */
const PENDING: ReadonlySet<unknown> = new Set([MARKERS_PENDING, OFFSET_PENDING])

/**
 * Retryable errors of a coordinator, as in Kafka's TransactionManager.java and, for offset reads, ConsumerCoordinator.java: it
 * has done nothing, or does not know whether it has, and these requests are idempotent within an epoch. A lost connection is
 * not among them: the outcome of that request is unknown, and so is when it ends.
 */
const REFUSED_FOR_NOW: ReadonlySet<unknown> = new Set([
  ...PENDING,
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  // A newly created topic is not known to every broker yet.
  'UNKNOWN_TOPIC_OR_PARTITION',
])

/**
 * Milliseconds. The first delays are short because markers take a few milliseconds, and KafkaJS' default of 300 ms would stall
 * on each (tulios/kafkajs#304); about ten seconds in total.
 */
const retry = createRetry({
  initialRetryTime: 5,
  maxRetryTime: 500,
  multiplier: 2,
  factor: 0.2,
  retries: 24,
})

/** Retries on these errors; any other error is thrown immediately. */
export function untilTaken<T>(
  refusals: ReadonlySet<unknown>,
  attempt: () => Promise<T>,
): Promise<T> {
  return retry(async (bail) => {
    try {
      return await attempt()
    } catch (error) {
      if (refusals.has(typeOf(error))) throw error
      bail(error)
      // Never seen: bail has rejected.
      return undefined as T
    }
  })
}

/** A cached coordinator, looked up again when it moved or the connection was lost; requests are retried. */
export class Coordinator {
  private broker: Cluster.Broker | undefined

  constructor(
    private readonly cluster: Pick<Cluster, 'findGroupCoordinator'>,
    private readonly query: Cluster.CoordinatorQuery,
  ) {}

  ask<T>(step: (broker: Cluster.Broker) => Promise<T>): Promise<T> {
    return untilTaken(REFUSED_FOR_NOW, async () => {
      try {
        return await step(await this.find())
      } catch (error) {
        if (!PENDING.has(typeOf(error))) this.broker = undefined
        throw error
      }
    })
  }

  private async find(): Promise<Cluster.Broker> {
    if (this.broker?.isConnected() !== true) {
      this.broker = await this.cluster.findGroupCoordinator(this.query)
    }
    return this.broker
  }
}

export function typeOf(error: unknown): unknown {
  return error instanceof Error && 'type' in error ? error.type : undefined
}
