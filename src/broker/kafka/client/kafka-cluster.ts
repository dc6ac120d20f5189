import { FactsError } from '../../../errors'
import type { KafkaClientOptions } from './kafka-client'
import { clientConfig } from './kafka-client'
import { Cluster, createLogger, logLevel } from '../kafkajs'
import { topicRights } from '../requests/metadata-v8'
import { Sockets } from './sockets'
import { topicMissing } from './topic-missing'

export const READ_COMMITTED = 1
/** Milliseconds after which metadata is refreshed (metadata.max.age.ms). */
const METADATA_AGE_MS = 300_000

/** Kafka's code of a topic that does not exist, and KafkaJS' name of it. */
const MISSING = { code: 3, type: 'UNKNOWN_TOPIC_OR_PARTITION' }

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

  /**
   * Requests the metadata of topics, if it is not known. Throws TOPIC_MISSING for one of these; others that were requested
   * before and are deleted do not matter.
   */
  async know(topics: readonly string[]): Promise<void> {
    await this.addMultipleTargetTopics(topics)
    await this.refreshMetadataIfNecessary()
    for (const topic of topics) {
      if (this.findTopicPartitionMetadata(topic).length === 0) throw topicMissing(topic)
    }
  }

  override refreshMetadata(): Promise<void> {
    return this.withoutMissing(() => super.refreshMetadata())
  }

  override refreshMetadataIfNecessary(): Promise<void> {
    return this.withoutMissing(() => super.refreshMetadataIfNecessary())
  }

  /** KafkaJS requests all topics of a cluster at once, and a missing one fails the request for the others. */
  private async withoutMissing(refresh: () => Promise<void>): Promise<void> {
    try {
      await refresh()
    } catch (error) {
      if ((error as { readonly type?: unknown }).type !== MISSING.type) throw error
      await this.forgetMissing()
      await this.withoutMissing(refresh)
    }
  }

  private async forgetMissing(): Promise<void> {
    const broker = await this.brokerPool.findConnectedBroker()
    const { topics } = await broker.ask(topicRights([...this.targetTopics]))
    const missing = topics.filter(({ code }) => code === MISSING.code)
    if (missing.length === 0) {
      const message = 'Not all brokers have the metadata of the topics yet.'
      throw new FactsError('BROKER_UNAVAILABLE', message)
    }
    for (const { topic } of missing) this.targetTopics.delete(topic)
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
