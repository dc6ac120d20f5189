import { setMaxListeners } from 'node:events'
import type { StreamSession } from '../../stream/stream-session'

/** Milliseconds between checks of the streams for heartbeats and stalls. */
const TICK_MS = 1_000

/** The open streams and the pending responses. */
export class StreamSet {
  private readonly stopping = new AbortController()
  private readonly answers = new Set<Promise<unknown>>()
  private readonly streams = new Set<StreamSession>()
  private readonly ended = new Map<StreamSession, Promise<void>>()
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly drainMs: number,
    tickMs = TICK_MS,
  ) {
    setMaxListeners(0, this.stopping.signal)
    this.timer = setInterval(() => {
      const now = Date.now()
      for (const stream of this.streams) stream.tick(now)
    }, tickMs)
  }

  /** Aborted when the drain begins, to end long polls. */
  get draining(): AbortSignal {
    return this.stopping.signal
  }

  get isDraining(): boolean {
    return this.draining.aborted
  }

  /** Registers a response that the drain waits for. */
  async answer<T>(work: Promise<T>): Promise<T> {
    const settled = work.catch(() => undefined)
    this.answers.add(settled)
    try {
      return await work
    } finally {
      this.answers.delete(settled)
    }
  }

  /** Runs the stream to its end. */
  async run(stream: StreamSession): Promise<void> {
    const run = stream.run()
    this.streams.add(stream)
    // It was requested before the drain began, so the drain would not close it.
    if (this.isDraining) stream.close()
    this.ended.set(
      stream,
      run.catch(() => undefined),
    )
    try {
      await run
    } finally {
      this.streams.delete(stream)
      this.ended.delete(stream)
    }
  }

  /** Closes all, spread over the drain time, so that clients do not reconnect all at once. */
  async drain(): Promise<void> {
    this.stopping.abort()
    const streams = [...this.streams]
    const pause = this.drainMs / Math.max(1, streams.length)
    const began = Date.now()
    for (const [index, stream] of streams.entries()) {
      const ahead = began + index * pause - Date.now()
      if (ahead > 1) await new Promise((resolve) => setTimeout(resolve, ahead))
      stream.close()
    }
    const all = Promise.all([...this.ended.values(), ...this.answers])
    // Clients that read nothing are not waited for.
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => (timer = setTimeout(resolve, TICK_MS)))
    await Promise.race([all, late])
    clearTimeout(timer)
    clearInterval(this.timer)
  }
}
