import type { Cluster } from '../kafkajs'
import { createRetry } from '../kafkajs'

/** As KafkaJS' protocol/coordinatorTypes.js has them. */
export const GROUP = 0
export const TRANSACTION = 1

/** The markers of the producer's last transaction are still being written. */
export const MARKERS_PENDING = 'CONCURRENT_TRANSACTIONS'
/** A transaction that holds the offset that was asked for is open, or its marker was not taken in yet. */
const OFFSET_PENDING = 'UNSTABLE_OFFSET_COMMIT'
/** Said by the right coordinator: there is no other one to be looked for. */
const PENDING: ReadonlySet<unknown> = new Set([MARKERS_PENDING, OFFSET_PENDING])

/**
 * What a coordinator answers when it can be asked again, as in Kafka's TransactionManager.java and, of offsets that are
 * read, ConsumerCoordinator.java: it has done nothing, or
 * does not know whether it has, and what is asked here has the same outcome once or twice within an epoch. A lost
 * connection is not among them: the outcome of that request is unknown, and so is when it ends.
 */
const REFUSED_FOR_NOW: ReadonlySet<unknown> = new Set([
  ...PENDING,
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  // A topic that was just created is not known to every broker yet.
  'UNKNOWN_TOPIC_OR_PARTITION',
])

/**
 * Milliseconds. The first waits are short because markers take a few, and KafkaJS' default of 300 ms would make each of
 * them a stall (tulios/kafkajs#304); all together it is about ten seconds.
 */
const retry = createRetry({
  initialRetryTime: 5,
  maxRetryTime: 500,
  multiplier: 2,
  factor: 0.2,
  retries: 24,
})

/** Asks until the answer is none of the refusals; any other error ends it at once, and passes through. */
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

/** A coordinator that is remembered until it refuses or loses its connection, and asked until it answers. */
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
