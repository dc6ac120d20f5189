import { FactsError } from '../../../errors'
import type { KafkaClientOptions } from './kafka-client'
import { clientConfig } from './kafka-client'
import { Cluster, createLogger, logLevel } from '../kafkajs'
import { Sockets } from './sockets'

export const READ_COMMITTED = 1
/** Milliseconds after which metadata is refreshed (metadata.max.age.ms). */
const METADATA_AGE_MS = 300_000

/** A KafkaJS cluster for committed reading outside a group. `disconnect` closes all its connections permanently. */
export function kafkaCluster(
  options: KafkaClientOptions,
  metadataMaxAge = METADATA_AGE_MS,
): KafkaCluster {
  return new KafkaCluster(options, metadataMaxAge)
}

export class KafkaCluster extends Cluster {
  private readonly sockets: Sockets
  /** Set by `disconnect`: otherwise a later request would reopen it. */
  isClosed = false

  constructor(options: KafkaClientOptions, metadataMaxAge: number) {
    const { logLevel: level = logLevel.WARN, logCreator, ...config } = clientConfig(options)
    if (logCreator === undefined) throw new Error('the client configuration has a log creator')
    const sockets = new Sockets()
    super({
      ...config,
      logger: createLogger({ level, logCreator }),
      socketFactory: sockets.factory,
      metadataMaxAge,
      isolationLevel: READ_COMMITTED,
      allowAutoTopicCreation: false,
    })
    this.sockets = sockets
  }

  override async findGroupCoordinator(query: Cluster.CoordinatorQuery): Promise<Cluster.Broker> {
    if (this.isClosed) throw new FactsError('BROKER_UNAVAILABLE', 'The client was closed.')
    return super.findGroupCoordinator(query)
  }

  /** Waits for the requests under way. */
  override async disconnect(): Promise<void> {
    this.isClosed = true
    try {
      await super.disconnect()
    } finally {
      this.sockets.close()
    }
  }

  /** Closes it at once: requests under way fail. */
  abandon(): void {
    this.isClosed = true
    this.sockets.abandon()
  }
}
