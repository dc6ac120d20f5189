import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const NOTHING = Buffer.alloc(0)

/**
 * One connection that events are written to. Its unsent bytes are counted, so that nothing is buffered without bound.
 *
 * Blocks go to the socket in HTTP chunks that are made once for all the connections that get the same block: Node's own
 * chunks are three writes each, made again for every connection, and cost a fifth of the time of a delivery.
 */
export class StreamWriter {
  private written = 0
  private lastTaken = 0
  private lastMoved = Date.now()

  constructor(
    /** Response whose headers were sent. */
    private readonly response: ServerResponse,
    /** Socket of the response. */
    private readonly socket: Socket,
    /** Bytes beyond which it counts as slow. */
    private readonly limit: number,
  ) {}

  /** Each call is a write to the connection, which costs the same for one block as for many, so blocks are passed together. */
  write(blocks: Buffer): void {
    const { socket } = this
    // Not writable, yet open: the client has half-closed the connection and still reads.
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

  /** Resolves when everything was sent, or the connection is closed. */
  drained(): Promise<void> {
    const { response, socket } = this
    if (response.writableLength === 0 || this.isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        response.off('close', done)
        resolve()
      }
      response.on('close', done)
      // Called when everything before it is sent; a socket emits `drain` only after its high-water mark was exceeded.
      if (socket.writable) socket.write(NOTHING, done)
    })
  }

  /** Milliseconds for which the client has read none of the waiting bytes; called regularly. */
  stalledFor(now: number): number {
    const waiting = this.response.writableLength
    const taken = this.written - waiting
    if (waiting === 0 || taken !== this.lastTaken) this.lastMoved = now
    this.lastTaken = taken
    return now - this.lastMoved
  }

  /** Ends the connection after everything that was written. */
  end(): void {
    if (!this.isClosed) this.response.end()
  }

  /** Closes the connection immediately; unsent bytes are lost. */
  destroy(): void {
    this.response.destroy()
  }
}

let last: { readonly blocks: Buffer; readonly chunk: Buffer } = { blocks: NOTHING, chunk: NOTHING }

/** The HTTP chunk of the blocks; cached, because the same blocks are written to many connections in a row. */
function chunkOf(blocks: Buffer): Buffer {
  if (last.blocks !== blocks) {
    const head = `${blocks.length.toString(16)}\r\n`
    last = { blocks, chunk: Buffer.concat([Buffer.from(head), blocks, Buffer.from('\r\n')]) }
  }
  return last.chunk
}
