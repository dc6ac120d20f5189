import type { StreamSession } from '../stream-session'

/** How often streams are looked at: heartbeats, stalls. */
const TICK_MS = 1_000

/** The open streams. */
export class StreamSet {
  isDraining = false
  private readonly streams = new Set<StreamSession>()
  private readonly ended = new Map<StreamSession, Promise<void>>()
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly drainMs: number,
    tickMs = TICK_MS,
  ) {
    this.timer = setInterval(() => {
      const now = Date.now()
      for (const stream of this.streams) stream.tick(now)
    }, tickMs)
  }

  /** Runs the stream to its end. */
  async run(stream: StreamSession): Promise<void> {
    const run = stream.run()
    this.streams.add(stream)
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

  /** Closes all, one after the other over the drain time, so that they do not come back all at once. */
  async drain(): Promise<void> {
    this.isDraining = true
    const streams = [...this.streams]
    const pause = this.drainMs / Math.max(1, streams.length)
    const began = Date.now()
    for (const [index, stream] of streams.entries()) {
      const ahead = began + index * pause - Date.now()
      if (ahead > 1) await new Promise((resolve) => setTimeout(resolve, ahead))
      stream.close()
    }
    const all = Promise.all(this.ended.values())
    // Whoever takes nothing is not waited for.
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => (timer = setTimeout(resolve, TICK_MS)))
    await Promise.race([all, late])
    clearTimeout(timer)
    clearInterval(this.timer)
  }
}
