/** Milliseconds between the coordinator and the leaders, whatever the disks and the replicas take. */
const HOPS_MS = 2
/** A marker in each partition, then "complete" in the coordinator's own log: each an append, as the end was. */
const APPENDS = 2
/** An end that took longer was held up by something else: a coordinator that moved, a quota. */
const LONGEST_MS = 20

/**
 * The time in which the markers of a producer's last transaction are being written. Until they are, whatever would begin
 * the next one is refused (CONCURRENT_TRANSACTIONS), and the refusal costs more than the wait: a leader tries again only
 * after 20 ms (add.partitions.to.txn.retry.backoff.ms). Nobody tells when they are written, so it is taken from how long
 * the request to end took, which is one append and two hops. Too short, it costs a refusal; too long, a little time.
 */
export class MarkerPause {
  private until = 0

  async over(): Promise<void> {
    const left = this.until - performance.now()
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
  }

  /** Begins behind what ends a transaction. */
  async after(end: () => Promise<void>): Promise<void> {
    const started = performance.now()
    await end()
    const ended = performance.now()
    this.until = ended + Math.min(HOPS_MS + APPENDS * (ended - started), LONGEST_MS)
  }
}
