import type { Kafka, Message, Producer } from '../../src/broker/kafka/kafkajs'
import { partitionFor } from '../../src/topology/partitioner'
import type { Change } from './change'

/**
 * Bytes of one record batch: Kafka Connect's producer, through which Debezium writes, has the Java client's default
 * `batch.size`, so that is how a captured topic looks on the wire.
 */
const BATCH_BYTES = 16_384
/** Batches of one partition that may wait before the caller has to. */
const MOST_WAITING = 64

interface Lane {
  readonly producer: Producer
  messages: Message[]
  bytes: number
  waiting: number
  tail: Promise<void>
}

/** Writes changes to a topic in their order, each partition through a connection of its own. */
export class TopicWriter {
  private constructor(
    private readonly topic: string,
    private readonly lanes: readonly Lane[],
  ) {}

  static async open(kafka: Kafka, topic: string, partitions: number): Promise<TopicWriter> {
    const lanes = await Promise.all(
      Array.from({ length: partitions }, async (): Promise<Lane> => {
        const producer = kafka.producer({ allowAutoTopicCreation: false })
        await producer.connect()
        return { producer, messages: [], bytes: 0, waiting: 0, tail: Promise.resolve() }
      }),
    )
    return new TopicWriter(topic, lanes)
  }

  /** Resolves at once unless the topic is slower than the caller. */
  async add({ key, value, timestamp }: Change): Promise<void> {
    const keyBytes = Buffer.from(key)
    const partition = partitionFor(keyBytes, this.lanes.length)
    const lane = this.lanes[partition] as Lane
    const bytes = value === null ? null : Buffer.from(value)
    lane.messages.push({ key: keyBytes, value: bytes, partition, timestamp: String(timestamp) })
    lane.bytes += keyBytes.length + (bytes?.length ?? 0)
    if (lane.bytes < BATCH_BYTES) return
    this.flush(lane)
    if (lane.waiting > MOST_WAITING) await lane.tail
  }

  /** Resolves when everything is on the topic. */
  async flushed(): Promise<void> {
    for (const lane of this.lanes) this.flush(lane)
    await Promise.all(this.lanes.map((lane) => lane.tail))
  }

  async close(): Promise<void> {
    await this.flushed()
    await Promise.all(this.lanes.map((lane) => lane.producer.disconnect()))
  }

  private flush(lane: Lane): void {
    const { messages } = lane
    if (messages.length === 0) return
    lane.messages = []
    lane.bytes = 0
    lane.waiting += 1
    lane.tail = lane.tail.then(async () => {
      await lane.producer.send({ topic: this.topic, messages, acks: -1 })
      lane.waiting -= 1
    })
    // Reported by whoever awaits next; until then it must not count as unhandled.
    lane.tail.catch(() => undefined)
  }
}
