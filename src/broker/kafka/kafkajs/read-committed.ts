import type { KafkaMessage } from 'kafkajs'
import type { BatchContext } from './batch-context'
import type { FetchedMessage } from './fetched-message'
import { isFetchedMessage } from './fetched-message'

/** A transaction that was aborted, as a fetch response names it. */
export interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

const ABORT = 0

/**
 * Decides, batch by batch, whether the records of a batch are for the application: not of an aborted transaction and
 * not a control batch. Call in offset order.
 *
 * As Kafka's own consumer does it (CompletedFetch.java), and unlike KafkaJS's filterAbortedMessages.js, which leaks:
 * the broker names aborted transactions in the order of their abort markers, so they are sorted by first offset; one
 * batch may open several of them; and only a control record of type ABORT ends one, not any record whose key happens
 * to be 00 00 00 00.
 */
export class ReadCommitted {
  private readonly open = new Set<bigint>()
  private readonly coming: readonly Aborted[]
  private next = 0

  constructor(abortedTransactions: readonly AbortedTransaction[]) {
    this.coming = abortedTransactions
      .map((it) => ({ producerId: BigInt(it.producerId), firstOffset: BigInt(it.firstOffset) }))
      .sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : Number(a.firstOffset > b.firstOffset)))
  }

  /** `first` is the first record of the batch that is still in the log. */
  delivers(batch: BatchContext, first: FetchedMessage): boolean {
    if (this.next < this.coming.length) this.openUpTo(batch.lastOffsetBigInt)
    if (batch.isControlBatch) {
      if (this.open.size > 0 && isAbortMarker(first)) this.open.delete(batch.producerIdValue)
      return false
    }
    return !(batch.inTransaction && this.open.has(batch.producerIdValue))
  }

  private openUpTo(lastOffset: bigint): void {
    for (; this.next < this.coming.length; this.next += 1) {
      const aborted = this.coming[this.next]
      if (aborted === undefined || aborted.firstOffset > lastOffset) return
      this.open.add(aborted.producerId)
    }
  }
}

/** The messages from `from` on for the application; the same array when that is all of them. */
export function deliverable<M extends KafkaMessage | FetchedMessage>(
  messages: readonly M[],
  from: number,
  abortedTransactions: readonly AbortedTransaction[],
): readonly M[] {
  const filter = new ReadCommitted(abortedTransactions)
  const kept: M[] = []
  let context: BatchContext | undefined
  let delivered = true
  for (let index = from; index < messages.length; index += 1) {
    const message = messages[index]
    if (message === undefined) continue
    if (isFetchedMessage(message) && message.batchContext !== context) {
      context = message.batchContext
      delivered = filter.delivers(context, message)
    }
    if (delivered) kept.push(message)
  }
  return from === 0 && kept.length === messages.length ? messages : kept
}

/** Key of a control record: version int16, type int16 (0 abort, 1 commit), KIP-98. */
function isAbortMarker({ key }: FetchedMessage): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT
}
