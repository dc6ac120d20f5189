import type { OffsetToCommit, ProducerTransaction } from '../log/log'
import type { OutputRecord } from '../topology/record'

/** Records per send: brokers work best well below the largest request that they take. */
const CHUNK_RECORDS = 1_000
/** Bytes of keys and values per send, half of Kafka's default max.message.bytes: all may go to one partition. */
const CHUNK_BYTES = 512 * 1024

/**
 * One commit: the outputs of a batch, and the offset behind it, in one Kafka transaction. The only place where
 * outputs and positions meet. After any throw the transaction and its producer must be given up.
 */
export class TransactionWriter {
  private records: OutputRecord[] = []
  private bytes = 0
  /** Sends follow each other: two at once to one partition may be appended in either order. */
  private sent: Promise<void> = Promise.resolve()
  private failure: { readonly error: unknown } | undefined
  private readonly ends = new Map<string, bigint>()

  constructor(private readonly transaction: ProducerTransaction) {}

  /** Takes a record; a full chunk starts on its way at once. */
  add(record: OutputRecord): void {
    this.records.push(record)
    this.bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0)
    if (this.records.length >= CHUNK_RECORDS || this.bytes >= CHUNK_BYTES) this.flush()
  }

  /** Sends what is left beside the offsets, waits until both are acknowledged, then commits. */
  async commit(
    groupId: string,
    offsets: readonly OffsetToCommit[],
    beforeEnd: () => Promise<void>,
  ): Promise<void> {
    const committed = this.transaction.commitOffsets(groupId, offsets).catch((error: unknown) => {
      this.failure ??= { error }
    })
    // Both, even when one fails: no request may outlive its transaction.
    await Promise.all([this.settle(), committed])
    if (this.failure !== undefined) throw this.failure.error
    await beforeEnd()
    await this.transaction.commit()
  }

  /** Offset behind what this transaction wrote to the partition, once committed; undefined if it wrote nothing there. */
  end(topic: string, partition: number): bigint | undefined {
    return this.ends.get(`${topic}/${partition}`)
  }

  /** Ends the transaction without a trace, once nothing is in flight; used when the batch cannot be processed. */
  async abort(): Promise<void> {
    await this.sent
    await this.transaction.abort()
  }

  /** Waits until nothing is in flight. */
  private settle(): Promise<void> {
    if (this.records.length > 0) this.flush()
    return this.sent
  }

  private flush(): void {
    const { records } = this
    this.records = []
    this.bytes = 0
    this.sent = this.sent.then(async () => {
      if (this.failure !== undefined) return
      try {
        for (const { topic, partition, end } of await this.transaction.send(records)) {
          this.ends.set(`${topic}/${partition}`, end)
        }
      } catch (error) {
        this.failure ??= { error }
      }
    })
  }
}
