/** Bytes. */
const FIRST = 1024 * 1024
const LEAST = 64 * 1024
/** Milliseconds. A fetch that takes longer than half the shortest session is too large for its network. */
const SLOW_MS = 3_000
const FAST_MS = 1_000

/**
 * Maximum bytes of one fetch. The configured number over a fast network; over a slow one that would not arrive within the
 * timeout of a request, or of a session, because no group heartbeat is sent during a fetch, and would be requested again
 * indefinitely.
 */
export class FetchSize {
  private bytes = FIRST

  /** The wanted bytes, limited. */
  within(wanted: number): number {
    return Math.min(wanted, this.bytes)
  }

  /** Records the duration of a fetch; its bytes are counted only when needed. */
  came(received: () => number, milliseconds: number, wanted: number): void {
    if (milliseconds > SLOW_MS) this.failed()
    // Small responses do not measure the network.
    else if (milliseconds < FAST_MS && this.bytes < wanted && received() >= this.bytes / 2)
      this.bytes *= 2
  }

  failed(): void {
    this.bytes = Math.max(LEAST, Math.min(FIRST, this.bytes / 2))
  }
}
