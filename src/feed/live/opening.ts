/** How long a request waits for a feed that is being opened: less than proxies wait for an answer. Milliseconds. */
const OPENING_MS = 15_000
/** From then on what is there already is served, although the topic was not read up. */
const READING_UP_MS = 5_000

/**
 * Holds requests that come while a feed is being opened, as long as there is hope: EventSource gives up at 503, but waits for
 * an answer.
 */
export class Opening {
  /** Whether everything was taken in that was on the topic when the store was opened. */
  isReadUp = false
  private isOpen = false
  private isStopped = false
  private beganAt = Date.now()
  private readonly waiting = new Set<() => void>()

  /** The store was opened, or another one. */
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

  /** Resolves when what is there can be served: when the topic was read up, or some seconds have passed. */
  async served(): Promise<void> {
    await this.when(() => this.isReadUp, this.beganAt + READING_UP_MS - Date.now())
    await this.when(() => this.isOpen, OPENING_MS)
  }

  /** Resolves when the topic was read up, or it is no use to wait any longer. */
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
