/** Milliseconds between the coordinator and the leaders, without disks and replicas. */
const HOPS_MS = 2
/** A marker in each partition, then "complete" in the coordinator's own log: each an append, as the end was. */
const APPENDS = 2
/** An EndTxn that took longer was delayed by something else: a coordinator that moved, a quota. */
const LONGEST_MS = 20

/**
 * The time in which the markers of a producer's last transaction are being written. Until then the first request of the next
 * one is rejected (CONCURRENT_TRANSACTIONS), which costs more than waiting: a leader retries only after 20 ms
 * (add.partitions.to.txn.retry.backoff.ms). There is no notification, so it is estimated from the duration of EndTxn, which is
 * one append and two hops. Too short, it costs a rejection; too long, a little time.
 */
export class MarkerPause {
  private until = 0

  async over(): Promise<void> {
    const left = this.until - performance.now()
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
  }

  /** Begins after the end of a transaction. */
  async after(end: () => Promise<void>): Promise<void> {
    const started = performance.now()
    await end()
    const ended = performance.now()
    this.until = ended + Math.min(HOPS_MS + APPENDS * (ended - started), LONGEST_MS)
  }
}
