import type { Kafka, Message, Producer } from '../../src/broker/kafka/kafkajs'
import { partitionFor } from '../../src/topology/partitioner'
import type { Change } from '../input/change'
import type { Random } from '../input/random'
import { wallMicros } from './wall-clock'

export interface Pace {
  readonly perSecond: number
  /** Microseconds since the epoch. */
  readonly until: number
  readonly random: Random
}

/** Of Kafka Connect's producer: linger.ms as it comes since Kafka 4.0 (KIP-1030). */
export const LINGER_MS = 5

/**
 * Writes records as they come due; those that come due within the linger, or while a request is on its way, go together,
 * in the next one. One request at a time, as Kafka Connect's producer has it with one broker.
 */
export class PacedWriter {
  private waiting: Message[] = []
  /** When the first of them came due, by `performance.now()`. */
  private waitingSince = 0
  private sending: Promise<void> | undefined

  private constructor(
    private readonly topic: string,
    private readonly partitions: number,
    private readonly producer: Producer,
  ) {}

  static async open(kafka: Kafka, topic: string, partitions: number): Promise<PacedWriter> {
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    return new PacedWriter(topic, partitions, producer)
  }

  /** Waits between records are exponential: their moments are independent of each other. */
  async run({ perSecond, until, random }: Pace, make: () => Change): Promise<void> {
    let due = wallMicros()
    for (;;) {
      while (due <= wallMicros()) {
        this.add(make())
        due += (-Math.log(1 - random.fraction()) / perSecond) * 1e6
      }
      if (due >= until) return
      await new Promise((resolve) => setTimeout(resolve, (due - wallMicros()) / 1_000))
    }
  }

  async close(): Promise<void> {
    await this.sending
    await this.producer.disconnect()
  }

  private add({ key, value, timestamp }: Change): void {
    const bytes = Buffer.from(key)
    const partition = partitionFor(bytes, this.partitions)
    if (this.waiting.length === 0) this.waitingSince = performance.now()
    this.waiting.push({ key: bytes, value, partition, timestamp: String(timestamp) })
    this.sending ??= this.drain()
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const left = this.waitingSince + LINGER_MS - performance.now()
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
      const messages = this.waiting
      this.waiting = []
      await this.producer.send({ topic: this.topic, messages, acks: -1 })
    }
    this.sending = undefined
  }
}
