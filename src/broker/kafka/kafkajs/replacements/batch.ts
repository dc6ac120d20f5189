import type { KafkaMessage } from 'kafkajs'
import type { FetchedMessage } from '../fetched-message'
import type { AbortedTransaction } from '../read-committed'
import { deliverable } from '../read-committed'

type Message = FetchedMessage | KafkaMessage

/** One partition of a fetch response, in the form of KafkaJS's response decoders. */
interface PartitionData {
  readonly partition: number
  readonly highWatermark: string
  /** Absent in the versions of Fetch before 4. */
  readonly abortedTransactions?: readonly AbortedTransaction[]
  readonly messages: readonly Message[] & { readonly nextOffset?: bigint }
}

/**
 * Replaces consumer/batch.js: the result of one fetch for one partition. Same methods, with two differences:
 * aborted transactions are filtered as in Kafka's own consumer (see ReadCommitted), and lastOffset() skips offsets that
 * compaction removed at the end of the fetched batches; KafkaJS steps through such a gap one offset per fetch
 * (tulios/kafkajs#562, #1072).
 */
class Batch {
  readonly partition: number
  readonly highWatermark: string
  readonly rawMessages: readonly Message[]
  /** Messages for the application. */
  readonly messages: readonly Message[]
  private readonly from: number
  private readonly nextOffset: bigint | undefined

  constructor(
    readonly topic: string,
    readonly fetchedOffset: string,
    { partition, highWatermark, messages, abortedTransactions = [] }: PartitionData,
  ) {
    this.partition = partition
    this.highWatermark = highWatermark
    this.rawMessages = messages
    // A fetch starts at a batch, which may start before the fetched offset.
    this.from = indexOfOffset(messages, BigInt(fetchedOffset))
    this.messages = deliverable(messages, this.from, abortedTransactions)
    this.nextOffset = messages.nextOffset
  }

  get messagesWithinOffset(): readonly Message[] {
    return this.rawMessages.slice(this.from)
  }

  isEmpty(): boolean {
    return this.messages.length === 0
  }

  isEmptyIncludingFiltered(): boolean {
    return this.from >= this.rawMessages.length
  }

  /** Nothing for the application, but the position moves: the runner resolves lastOffset() without a call. */
  isEmptyDueToFiltering(): boolean {
    return this.isEmpty() && (this.rawMessages.length > 0 || this.covered() !== undefined)
  }

  isEmptyControlRecord(): boolean {
    return (
      this.isEmpty() &&
      this.messagesWithinOffset.some((it) => 'isControlRecord' in it && it.isControlRecord)
    )
  }

  isEmptyDueToLogCompactedMessages(): boolean {
    return this.isEmptyIncludingFiltered() && this.isEmptyDueToFiltering()
  }

  firstOffset(): string | null {
    return this.rawMessages[this.from]?.offset ?? null
  }

  lastOffset(): string {
    const covered = this.covered()
    if (covered !== undefined) return covered.toString()
    const last = this.rawMessages.at(-1)
    if (last === undefined) return (BigInt(this.highWatermark) - 1n).toString()
    return this.isEmptyIncludingFiltered() ? this.fetchedOffset : last.offset
  }

  /** Records of the partition after lastOffset(). */
  offsetLag(): string {
    return (BigInt(this.highWatermark) - 1n - BigInt(this.lastOffset())).toString()
  }

  /** Records of the partition after firstOffset(). */
  offsetLagLow(): string {
    const first = this.firstOffset()
    return first === null ? '0' : (BigInt(this.highWatermark) - 1n - BigInt(first)).toString()
  }

  /** The last offset of the fetched batches, compacted or not, if it is at or after the fetch offset. */
  private covered(): bigint | undefined {
    if (this.nextOffset === undefined) return undefined
    const last = this.nextOffset - 1n
    return last >= BigInt(this.fetchedOffset) ? last : undefined
  }
}

/** The first index with an offset not below `offset`: messages are in offset order. */
function indexOfOffset(messages: readonly Message[], offset: bigint): number {
  let low = 0
  let high = messages.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (BigInt(messages[middle]?.offset ?? offset) < offset) low = middle + 1
    else high = middle
  }
  return low
}

export = Batch
