import { FactsError } from '../errors'
import type { OffsetToCommit, ProducerTransaction } from '../log/log'
import type { OutputRecord } from '../topology/record'

/** Records per send: KafkaJS and brokers both work best well below the largest batch a topic takes. */
const CHUNK_RECORDS = 1_000
/** Bytes of keys and values per send, half of Kafka's default max.message.bytes. */
const CHUNK_BYTES = 512 * 1024

interface Lane {
  readonly topic: string
  readonly partition: number
  records: OutputRecord[]
  bytes: number
  /** Offset behind the last record that was sent; undefined as long as the broker has not told. */
  end: bigint | undefined
  /** Sends to one partition follow each other: two at once may be appended in either order. */
  tail: Promise<void>
}

/**
 * One commit: the outputs of a batch, and the offset behind it, in one Kafka transaction. The only place where
 * outputs and positions meet. After any throw the transaction and its producer must be given up.
 */
export class TransactionWriter {
  private readonly lanes = new Map<string, Map<number, Lane>>()
  private failure: { readonly error: unknown } | undefined

  constructor(private readonly transaction: ProducerTransaction) {}

  /** Takes a record; a full chunk starts on its way at once. */
  add(record: OutputRecord): void {
    const lane = this.lane(record.topic, record.partition)
    lane.records.push(record)
    lane.bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0)
    if (lane.records.length >= CHUNK_RECORDS || lane.bytes >= CHUNK_BYTES) this.flush(lane)
  }

  /** Sends what is left, waits until every send is acknowledged, then commits with the offsets. */
  async commit(
    groupId: string,
    offsets: readonly OffsetToCommit[],
    beforeEnd: () => Promise<void>,
  ): Promise<void> {
    await this.settle()
    await this.transaction.commitOffsets(groupId, offsets)
    await beforeEnd()
    await this.transaction.commit()
  }

  /** Offset behind what this transaction wrote to the partition, once committed; undefined when that is not known. */
  end(topic: string, partition: number): bigint | undefined {
    return this.lanes.get(topic)?.get(partition)?.end
  }

  /** Waits until nothing is in flight; throws the first failure. No request may outlive its transaction. */
  private async settle(): Promise<void> {
    const tails: Promise<void>[] = []
    for (const partitions of this.lanes.values()) {
      for (const lane of partitions.values()) {
        if (lane.records.length > 0) this.flush(lane)
        tails.push(lane.tail)
      }
    }
    await Promise.all(tails)
    if (this.failure !== undefined) throw this.failure.error
  }

  /** Ends the transaction without a trace, once nothing is in flight; used when the batch cannot be processed. */
  async abort(): Promise<void> {
    for (const partitions of this.lanes.values()) {
      for (const lane of partitions.values()) await lane.tail
    }
    await this.transaction.abort()
  }

  private flush(lane: Lane): void {
    const { topic, partition, records } = lane
    lane.records = []
    lane.bytes = 0
    lane.tail = lane.tail.then(async () => {
      if (this.failure !== undefined) return
      try {
        const first = await this.transaction.send(topic, partition, records)
        lane.end = first === undefined ? undefined : first + BigInt(records.length)
      } catch (error) {
        this.failure ??= {
          error: error instanceof FactsError ? error.at({ topic, partition }) : error,
        }
      }
    })
  }

  private lane(topic: string, partition: number): Lane {
    let partitions = this.lanes.get(topic)
    if (partitions === undefined) this.lanes.set(topic, (partitions = new Map<number, Lane>()))
    let lane = partitions.get(partition)
    if (lane === undefined) {
      lane = { topic, partition, records: [], bytes: 0, end: undefined, tail: Promise.resolve() }
      partitions.set(partition, lane)
    }
    return lane
  }
}
