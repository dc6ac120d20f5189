import type { Kafka, Message, Producer } from '../../src/log/kafka/kafkajs'
import { partitionFor } from '../../src/topology/partitioner'
import type { Change } from '../input/change'
import type { Random } from '../input/random'
import { wallMicros } from './wall-clock'

interface Lane {
  readonly producer: Producer
  waiting: Message[]
  sending: Promise<void> | undefined
}

export interface Pace {
  readonly perSecond: number
  /** Microseconds since the epoch. */
  readonly until: number
  readonly random: Random
}

/** Writes single records as they come due; of a partition whose last record is still on its way, together. */
export class PacedWriter {
  private constructor(
    private readonly topic: string,
    private readonly lanes: readonly Lane[],
  ) {}

  static async open(kafka: Kafka, topic: string, partitions: number): Promise<PacedWriter> {
    const lanes = await Promise.all(
      Array.from({ length: partitions }, async (): Promise<Lane> => {
        const producer = kafka.producer({ allowAutoTopicCreation: false })
        await producer.connect()
        return { producer, waiting: [], sending: undefined }
      }),
    )
    return new PacedWriter(topic, lanes)
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
    await Promise.all(this.lanes.map((lane) => lane.sending ?? Promise.resolve()))
    await Promise.all(this.lanes.map((lane) => lane.producer.disconnect()))
  }

  private add({ key, value, timestamp }: Change): void {
    const bytes = Buffer.from(key)
    const partition = partitionFor(bytes, this.lanes.length)
    const lane = this.lanes[partition] as Lane
    lane.waiting.push({ key: bytes, value, partition, timestamp: String(timestamp) })
    lane.sending ??= this.drain(lane)
  }

  private async drain(lane: Lane): Promise<void> {
    while (lane.waiting.length > 0) {
      const messages = lane.waiting
      lane.waiting = []
      await lane.producer.send({ topic: this.topic, messages, acks: -1 })
    }
    lane.sending = undefined
  }
}
