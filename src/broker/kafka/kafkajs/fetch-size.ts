/** Bytes. */
const FIRST = 1024 * 1024
const LEAST = 64 * 1024
/** Milliseconds. A fetch that takes longer than half the shortest session is too large for its network. */
const SLOW_MS = 3_000
const FAST_MS = 1_000

/**
 * How much one fetch may ask a broker for. As much as is wanted over a fast network; over a slow one so much would not
 * arrive within the time of a request, or of a session, since the group is told nothing while a fetch is under way. It
 * would be asked for again and again, for ever.
 */
export class FetchSize {
  private bytes = FIRST

  /** Of what is wanted. */
  within(wanted: number): number {
    return Math.min(wanted, this.bytes)
  }

  /** A fetch has come; its bytes are counted when they matter. */
  came(received: () => number, milliseconds: number, wanted: number): void {
    if (milliseconds > SLOW_MS) this.failed()
    // Small answers tell nothing of the network.
    else if (milliseconds < FAST_MS && this.bytes < wanted && received() >= this.bytes / 2)
      this.bytes *= 2
  }

  failed(): void {
    this.bytes = Math.max(LEAST, Math.min(FIRST, this.bytes / 2))
  }
}
