import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const NOTHING = Buffer.alloc(0)

/**
 * One connection that events are written to. What it has not taken yet is counted, so that nobody buffers for it.
 *
 * Blocks go to the socket, in chunks of HTTP that are made once for all the connections that get the same block: Node's own
 * chunks are three writes each, made anew for every connection, and cost a fifth of the time of a delivery.
 */
export class EventSink {
  private written = 0
  private lastTaken = 0
  private lastMoved = Date.now()

  constructor(
    /** Its head was sent. */
    private readonly response: ServerResponse,
    /** The response has it. */
    private readonly socket: Socket,
    /** Bytes beyond which it counts as slow. */
    private readonly limit: number,
  ) {}

  /** Each call is a write to the connection, which costs the same for one block as for many: they come together. */
  write(blocks: Buffer): void {
    const { socket } = this
    // Not writable, yet open: the reader has said that he sends no more, and takes what was written.
    if (this.isClosed || !socket.writable) return
    const bytes = this.response.chunkedEncoding ? chunkOf(blocks) : blocks
    this.written += bytes.length
    socket.write(bytes)
  }

  get isClosed(): boolean {
    return this.response.destroyed || this.response.writableEnded
  }

  get isFull(): boolean {
    return this.response.writableLength > this.limit
  }

  /** Resolves when everything was taken, or the connection is gone. */
  drained(): Promise<void> {
    const { response, socket } = this
    if (response.writableLength === 0 || this.isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        response.off('close', done)
        resolve()
      }
      response.on('close', done)
      // Done when all before it is; a socket says `drain` only when more than its mark had been waiting.
      if (socket.writable) socket.write(NOTHING, done)
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

let last: { readonly blocks: Buffer; readonly chunk: Buffer } = { blocks: NOTHING, chunk: NOTHING }

/** Of the same blocks as the last time, which is how they are written to many connections, the same bytes. */
function chunkOf(blocks: Buffer): Buffer {
  if (last.blocks !== blocks) {
    const head = `${blocks.length.toString(16)}\r\n`
    last = { blocks, chunk: Buffer.concat([Buffer.from(head), blocks, Buffer.from('\r\n')]) }
  }
  return last.chunk
}
