import type { AppendedBatch, OffsetToCommit, ProducerTransaction } from '../../broker/ports'
import { BATCH_HEADER_BYTES, recordBytes } from '../../broker/record-size'
import type { OutputRecord } from '../../topology/record'
import type { BatchLimits } from './batch-limits'
import { batchLimit } from './batch-limits'

/** Records per send: brokers work best well below their largest request size. */
const CHUNK_RECORDS = 1_000
/** Bytes of records per send, unless a single record has more. */
const CHUNK_BYTES = 512 * 1024
/** Chunks that may wait to be sent. */
const MOST_CHUNKS = 20

/**
 * One commit: the outputs of a batch, and the offset after it, in one Kafka transaction. The only place where
 * outputs and positions meet. After any error the transaction and its producer must be discarded.
 */
export class TransactionWriter {
  private records: OutputRecord[] = []
  private bytes = 0
  /** Sends are serialised: two concurrent ones to one partition may be appended in either order. */
  private sent: Promise<void> = Promise.resolve()
  private offsets: Promise<void> = Promise.resolve()
  private failure: { readonly error: unknown } | undefined
  private readonly ends = new Map<string, AppendedBatch>()
  private acknowledged = 0
  private chunks = 0

  constructor(
    private readonly transaction: ProducerTransaction,
    private readonly limits: BatchLimits = new Map(),
    /** Called with the number of acknowledged records. */
    private readonly onSent: (records: number) => void = () => undefined,
  ) {}

  /**
   * Adds a record; a full chunk is sent immediately. A chunk ends before a record that could make a partition's batch larger
   * than its topic accepts, counting the whole chunk, which may go to that partition.
   */
  add(record: OutputRecord): void {
    const bytes = recordBytes(record)
    const most = Math.min(CHUNK_BYTES, batchLimit(this.limits, record.topic) - BATCH_HEADER_BYTES)
    if (this.records.length > 0 && this.bytes + bytes > most) this.flush()
    this.records.push(record)
    this.bytes += bytes
    if (this.records.length >= CHUNK_RECORDS || this.bytes >= CHUNK_BYTES) this.flush()
  }

  /** Resolves when few enough chunks wait to be sent, which bounds memory. Throws when one could not be sent. */
  async room(): Promise<void> {
    while (this.chunks > MOST_CHUNKS && this.failure === undefined) await this.sent
    if (this.failure !== undefined) throw this.failure.error
  }

  /** Sends the offset, concurrently with the records. The last one counts. */
  commitOffset(groupId: string, offset: OffsetToCommit): void {
    this.offsets = this.offsets.then(() =>
      this.attempt(() => this.transaction.commitOffsets(groupId, [offset])),
    )
  }

  /** Sends the rest, waits until everything is acknowledged, then commits. */
  async commit(beforeEnd?: () => Promise<void>): Promise<void> {
    await this.settle()
    if (this.failure !== undefined) throw this.failure.error
    await beforeEnd?.()
    await this.transaction.commit()
  }

  /** Offset after this transaction's records in the partition, once committed; undefined without any. */
  end(topic: string, partition: number): bigint | undefined {
    return this.ends.get(`${topic}/${partition}`)?.end
  }

  /** The last appended batch of each partition. */
  get appended(): Iterable<AppendedBatch> {
    return this.ends.values()
  }

  /**
   * Aborts the transaction, once nothing is in flight; used when the batch cannot be processed. After a failure it is left to
   * the next owner of the id: a request with an unknown outcome may still arrive.
   */
  async abort(): Promise<void> {
    this.records = []
    await this.settle()
    if (this.failure === undefined) await this.transaction.abort()
  }

  /** Waits until nothing is in flight, also after failures: no request may outlive its transaction. */
  private async settle(): Promise<void> {
    if (this.records.length > 0) this.flush()
    await Promise.all([this.sent, this.offsets])
  }

  private flush(): void {
    const { records } = this
    this.records = []
    this.bytes = 0
    const send = async (): Promise<void> => {
      for (const batch of await this.transaction.send(records)) {
        this.ends.set(`${batch.topic}/${batch.partition}`, batch)
      }
      this.acknowledged += records.length
      this.onSent(this.acknowledged)
    }
    this.chunks += 1
    this.sent = this.sent.then(async () => {
      await this.attempt(send)
      this.chunks -= 1
    })
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    if (this.failure !== undefined) return
    try {
      await step()
    } catch (error) {
      this.failure ??= { error }
    }
  }
}
