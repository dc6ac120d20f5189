import type { OutputRecord } from '../../topology/record'
import type { OffsetToCommit, ProducerTransaction, TransactionalProducer } from '../log'
import { FactsError } from '../../errors'
import { isRefusedForNow, translateKafkaError } from './kafka-errors'
import type { Kafka, Message, Producer, Transaction } from './kafkajs'

/** After this long without an end the coordinator aborts: the longest that a dead pipeline holds up committed readers. */
const TRANSACTION_TIMEOUT_MS = 30_000

/**
 * Short first waits: back-to-back transactions meet CONCURRENT_TRANSACTIONS while the markers of the last are being
 * written, and KafkaJS' default of 300 ms turns that into a stall (kafkajs#304).
 */
const RETRY = { initialRetryTime: 5, maxRetryTime: 500, multiplier: 2, factor: 0.2, retries: 12 }

/**
 * How long committing offsets is repeated while the last transaction ends or a coordinator moves: KafkaJS retries
 * neither AddOffsetsToTxn (kafkajs#1068) nor, by the names it looks for, TxnOffsetCommit.
 */
const OFFSETS_DEADLINE_MS = 10_000
const OFFSETS_RETRY_MS = 5

/** Opens a producer and initialises its transactional id: KafkaJS does so in the first `transaction()`. */
export async function openKafkaProducer(
  kafka: Kafka,
  transactionalId: string,
): Promise<KafkaProducer> {
  const producer = kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
    allowAutoTopicCreation: false,
    retry: RETRY,
    createPartitioner: () => explicitPartition,
  })
  try {
    await producer.connect()
    const empty = await producer.transaction()
    await empty.abort()
  } catch (error) {
    await producer.disconnect().catch(() => undefined)
    throw translateKafkaError(error, 'BROKER_UNAVAILABLE', { task: transactionalId })
  }
  return new KafkaProducer(producer)
}

/** A retry may not move a record to another partition. */
function explicitPartition({ message }: { message: Message }): number {
  if (message.partition === undefined) throw new Error('every record names its partition')
  return message.partition
}

export class KafkaProducer implements TransactionalProducer {
  constructor(private readonly producer: Producer) {}

  async begin(): Promise<ProducerTransaction> {
    return new KafkaTransaction(await guarded(() => this.producer.transaction()))
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined)
  }
}

class KafkaTransaction implements ProducerTransaction {
  constructor(private readonly transaction: Transaction) {}

  /**
   * One request to one partition: a KafkaJS send over several leaders may append twice or lose a partition's part
   * when one of them answers with a retriable error.
   */
  async send(
    topic: string,
    partition: number,
    records: readonly OutputRecord[],
  ): Promise<bigint | undefined> {
    // An OutputRecord has a message's properties; the encoder takes its timestamp as it is.
    const messages = records as unknown as Message[]
    const results = await guarded(() => this.transaction.send({ topic, messages, acks: -1 }))
    const result = results.find(
      (entry) => entry.topicName === topic && entry.partition === partition,
    )
    if (results.length !== 1 || result?.errorCode !== 0) {
      throw new FactsError(
        'TRANSACTION_UNKNOWN',
        'The broker did not confirm the records of a send.',
        { topic, partition },
      )
    }
    const { baseOffset } = result
    // -1 when the broker recognised a repeated batch whose offset it has forgotten.
    return baseOffset === undefined || baseOffset.startsWith('-') ? undefined : BigInt(baseOffset)
  }

  async commitOffsets(groupId: string, offsets: readonly OffsetToCommit[]): Promise<void> {
    const topics = offsets.map(({ topic, partition, offset, metadata }) => ({
      topic,
      partitions: [{ partition, offset: offset.toString(), metadata }],
    }))
    const deadline = Date.now() + OFFSETS_DEADLINE_MS
    for (;;) {
      try {
        await this.transaction.sendOffsets({ consumerGroupId: groupId, topics })
        return
      } catch (error) {
        if (!isRefusedForNow(error) || Date.now() > deadline) {
          throw translateKafkaError(error, 'TRANSACTION_UNKNOWN')
        }
        await new Promise((resolve) => setTimeout(resolve, OFFSETS_RETRY_MS))
      }
    }
  }

  async commit(): Promise<void> {
    await guarded(() => this.transaction.commit())
  }

  async abort(): Promise<void> {
    await guarded(() => this.transaction.abort())
  }
}

async function guarded<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw translateKafkaError(error, 'TRANSACTION_UNKNOWN')
  }
}
