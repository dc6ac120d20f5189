import type { ServerResponse } from 'node:http'

/** One connection that events are written to. What it has not taken yet is counted, so that nobody buffers for it. */
export class EventSink {
  private written = 0
  private lastTaken = 0
  private lastMoved = Date.now()

  constructor(
    private readonly response: ServerResponse,
    /** Bytes beyond which it counts as slow. */
    private readonly limit: number,
  ) {}

  write(block: Buffer): void {
    if (this.isClosed) return
    this.written += block.length
    this.response.write(block)
  }

  get isClosed(): boolean {
    return this.response.destroyed || this.response.writableEnded
  }

  get isFull(): boolean {
    return this.response.writableLength > this.limit
  }

  /** Resolves when everything was taken, or the connection is gone. */
  drained(): Promise<void> {
    if (this.response.writableLength === 0 || this.isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        this.response.off('drain', done).off('close', done)
        resolve()
      }
      this.response.on('drain', done).on('close', done)
    })
  }

  /** For how long nothing was taken of what waits. Milliseconds; asked regularly. */
  stalledFor(now: number): number {
    const waiting = this.response.writableLength
    const taken = this.written - waiting
    if (waiting === 0 || taken !== this.lastTaken) this.lastMoved = now
    this.lastTaken = taken
    return now - this.lastMoved
  }

  /** After what was written. */
  end(): void {
    if (!this.isClosed) this.response.end()
  }

  /** At once; what waits is lost. */
  destroy(): void {
    this.response.destroy()
  }
}
