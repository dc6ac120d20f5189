import type { ErrorCode, FactsError } from '../../../errors'
import { describeError, toFactsError } from '../../../errors'
import type { Logger } from '../../../telemetry'
import type {
  BatchHandler,
  GroupConsumer,
  GroupConsumerOptions,
  InputBatch,
  TopicPartition,
} from '../../ports'
import { coPartitionedAssigner } from './co-partitioned-assigner'
import type { KafkaClientOptions } from '../client/kafka-client'
import { kafkaClient } from '../client/kafka-client'
import { rebalanceCause, translateKafkaError } from '../client/kafka-errors'
import { KafkaRecord } from '../client/kafka-record'
import type { Consumer, EachBatchPayload } from '../kafkajs'
import { KafkaJSNonRetriableError } from '../kafkajs'
import { joinAs } from '../kafkajs/static-members'
import { Sockets } from '../client/sockets'

/** Milliseconds after which a dead member's partitions are reassigned; also the longest that processing may block the event loop. */
const DEFAULT_SESSION_TIMEOUT_MS = 10_000
const HEARTBEAT_INTERVAL_MS = 1_000
/** Longest that a fetch waits for data, and so the longest that an idle consumer takes to stop. */
const MAX_WAIT_MS = 250
const METADATA_AGE_MS = 5_000
const MAX_BYTES_PER_PARTITION = 2 * 1024 * 1024
const MAX_BYTES = 8 * 1024 * 1024

/**
 * A KafkaJS group consumer without auto-commit: offsets are committed by the transactions. KafkaJS has no revoke callback and
 * does not await its join listeners, so ownership is checked when a batch is handled.
 */
export class KafkaGroupConsumer implements GroupConsumer {
  private readonly sockets = new Sockets()
  private readonly consumer: Consumer
  private readonly logger: Logger
  private generation = 0
  private stopping = false
  /** The handler's error that stopped the consumer; KafkaJS' errors have no cause. */
  private halted: FactsError | undefined

  constructor(
    client: KafkaClientOptions,
    private readonly options: GroupConsumerOptions,
  ) {
    this.logger = client.logger
    if (client.instanceId !== undefined) joinAs(options.groupId, client.instanceId)
    this.consumer = kafkaClient(client, this.sockets).consumer({
      groupId: options.groupId,
      sessionTimeout: client.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: 60_000,
      partitionAssigners: [coPartitionedAssigner(options.topics)],
      allowAutoTopicCreation: false,
      // KafkaJS does not fetch partitions without a leader in its cached metadata.
      metadataMaxAge: METADATA_AGE_MS,
      readUncommitted: false,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxWaitTimeInMs: MAX_WAIT_MS,
      // The consumer retries during an outage, and gives up when it is not authorized, or a topic stays deleted.
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 2_000,
        retries: 20,
        restartOnFailure: (error) => Promise.resolve(!this.stopping && !isShutOut(error)),
      },
    })
  }

  async start(handler: BatchHandler): Promise<void> {
    const { GROUP_JOIN, CRASH } = this.consumer.events
    this.consumer.on(GROUP_JOIN, ({ payload }) => this.joined(payload.memberAssignment))
    this.consumer.on(CRASH, ({ payload }) => this.crashed(payload.error, payload.restart))
    try {
      await this.consumer.connect()
      await this.consumer.subscribe({ topics: this.options.topics.flat(), fromBeginning: true })
      if (this.stopping) return
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.options.concurrency,
        eachBatch: (payload) => this.handle(payload, handler),
      })
    } catch (error) {
      throw translateKafkaError(error, 'BROKER_UNAVAILABLE')
    }
  }

  async stop(): Promise<void> {
    this.stopping = true
    try {
      await this.consumer.disconnect()
    } finally {
      this.sockets.close()
    }
  }

  private joined(assignment: Readonly<Record<string, number[]>>): void {
    this.generation += 1
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition): TopicPartition => ({ topic, partition })),
    )
    this.options.onAssignment({ generation: this.generation, partitions })
  }

  private crashed(error: Error, restarts: boolean): void {
    if (this.stopping) return
    const known = this.halted ?? translateKafkaError(error, 'BROKER_UNAVAILABLE')
    if (restarts) this.logger.warn({ err: known }, 'The consumer lost the cluster and restarts')
    else this.options.onCrash(known)
  }

  private async handle(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    if (this.stopping) return
    const { topic, partition, highWatermark } = payload.batch
    const batch: InputBatch = {
      topic,
      partition,
      generation: this.generation,
      fetchOffset: BigInt((payload.batch as unknown as { fetchedOffset: string }).fetchedOffset),
      records: payload.batch.messages.map((message) => new KafkaRecord(topic, partition, message)),
      nextOffset: BigInt(payload.batch.lastOffset()) + 1n,
      highWatermark: BigInt(highWatermark),
      heartbeat: async () => {
        try {
          await payload.heartbeat()
        } catch (error) {
          throw translateKafkaError(error, 'BROKER_UNAVAILABLE', { topic, partition })
        }
      },
    }
    try {
      const outcome = await handler(batch)
      if (outcome.kind === 'done') payload.resolveOffset(payload.batch.lastOffset())
      else this.consumer.seek({ topic, partition, offset: outcome.offset.toString() })
    } catch (error) {
      this.failed(error, payload)
    }
  }

  /** Throws the error class that makes KafkaJS do the right thing, which only the class decides. */
  private failed(error: unknown, { batch }: EachBatchPayload): void {
    const known = toFactsError(error).at({ topic: batch.topic, partition: batch.partition })
    if (known.remedy === 'rejoin') {
      const cause = rebalanceCause(known)
      // Without a cause the batch was of a partition that has moved already: nothing to do.
      if (cause !== undefined) throw cause
      return
    }
    if (known.remedy === 'retry' || known.remedy === 'restore')
      throw new Error(describeError(known), { cause: known })
    this.halted = known
    throw new KafkaJSNonRetriableError(describeError(known))
  }
}

function isShutOut(error: Error): boolean {
  return SHUT_OUT.has(translateKafkaError(error, 'BROKER_UNAVAILABLE').code)
}

const SHUT_OUT: ReadonlySet<ErrorCode> = new Set([
  'NOT_AUTHENTICATED',
  'NOT_AUTHORIZED',
  'TLS_FAILED',
  'INSTANCE_REPLACED',
  'BROKER_REFUSED',
  'TOPIC_MISSING',
])
