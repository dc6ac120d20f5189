import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { handOn, pairSockets } from '../support/socket-pair'

export interface CutterOptions {
  readonly port: number
  readonly target: number
  readonly seed: number
  /** Connections that are cut, each after some random bytes between these. */
  readonly cuts: number
  readonly least: number
  readonly most: number
}

/** Forwards a port; cuts its first connections at random places, the same ones for the same seed. */
export class RandomCutter {
  /** What readers came back with, the oldest first; empty for a request that has none. */
  readonly lastEventIds: string[] = []
  cuts = 0
  private readonly random: () => number
  private readonly sockets = new Set<Socket>()
  private server: Server | undefined

  private constructor(private readonly options: CutterOptions) {
    this.random = seeded(options.seed)
  }

  static async start(options: CutterOptions): Promise<RandomCutter> {
    const cutter = new RandomCutter(options)
    await cutter.accept()
    return cutter
  }

  get port(): number {
    return this.options.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Takes connections. */
  async accept(): Promise<void> {
    this.server = createServer((near) => this.join(near)).listen(this.options.port, '127.0.0.1')
    await once(this.server, 'listening')
  }

  /** Takes none any more, as a port at which nothing listens. Those that are open stay. */
  refuse(): void {
    this.server?.close()
  }

  /** All that are open. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  stop(): void {
    this.refuse()
    this.cut()
  }

  private join(near: Socket): void {
    const { least, most, cuts, target } = this.options
    let left = Number.POSITIVE_INFINITY
    if (this.cuts < cuts) {
      this.cuts += 1
      left = least + Math.floor(this.random() * (most - least))
    }
    const far = connect(target, '127.0.0.1')
    pairSockets(near, far, this.sockets)
    near.on('data', (piece: Buffer) => {
      const text = piece.toString('latin1')
      if (text.startsWith('GET ')) {
        this.lastEventIds.push(/^last-event-id: *(\S+)/im.exec(text)?.[1] ?? '')
      }
      far.write(piece)
    })
    far.on('end', () => near.end())
    far.on('data', (piece: Buffer) => {
      const part = piece.subarray(0, Math.min(left, piece.length))
      left -= part.length
      handOn(part, near, far, left <= 0)
    })
  }
}

/** 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
