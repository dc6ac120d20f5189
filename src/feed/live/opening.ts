/** Milliseconds that a request waits for a feed that is being opened: less than proxies wait for a response. */
const OPENING_MS = 15_000
/** Milliseconds after which the facts read so far are served, although the topic was not read to its end. */
const READING_UP_MS = 5_000

/**
 * Holds requests that arrive while a feed is being opened, for a limited time: EventSource gives up at 503, but waits for a
 * response.
 */
export class Opening {
  /** Whether everything that was on the topic when the store was opened has been ingested. */
  isReadUp = false
  private isOpen = false
  private isStopped = false
  private beganAt = Date.now()
  private readonly waiting = new Set<() => void>()

  /** A store was opened. */
  opened(): void {
    this.isOpen = true
    this.isReadUp = false
    this.beganAt = Date.now()
    this.changed()
  }

  readUp(): void {
    if (this.isReadUp || !this.isOpen) return
    this.isReadUp = true
    this.changed()
  }

  stop(): void {
    this.isStopped = true
    this.changed()
  }

  /** Resolves when requests can be served: when the topic was read to its end, or some seconds have passed. */
  async served(): Promise<void> {
    await this.when(() => this.isReadUp, this.beganAt + READING_UP_MS - Date.now())
    await this.when(() => this.isOpen, OPENING_MS)
  }

  /** Resolves when the topic was read to its end, or at the end of the wait. */
  whole(): Promise<void> {
    return this.when(() => this.isReadUp, OPENING_MS)
  }

  private when(isSo: () => boolean, ms: number): Promise<void> {
    const isOver = (): boolean => isSo() || this.isStopped
    if (ms <= 0 || isOver()) return Promise.resolve()
    return new Promise((resolve) => {
      const look = (): void => {
        if (isOver()) end()
      }
      const end = (): void => {
        clearTimeout(timer)
        this.waiting.delete(look)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.waiting.add(look)
    })
  }

  private changed(): void {
    for (const look of this.waiting) look()
  }
}
