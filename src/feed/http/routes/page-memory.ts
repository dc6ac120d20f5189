import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HeldBytes } from '../../page/page'
import { Problem } from '../../problem'

/** Most bytes that all pages together may hold. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * Counts the bytes of pages from reading until they are sent: a client that requests many pages and reads none must not fill
 * the memory.
 */
export class PageMemory {
  private bytes = 0

  constructor(private readonly most = MOST_BYTES) {}

  /** Holds the bytes of a response until it was sent or the connection is closed. Throws Problem `server-full`. */
  hold({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply): HeldBytes {
    if (this.isFull) {
      throw new Problem('server-full', 'Too many pages are waiting for their clients to read them.')
    }
    let held = 0
    let isOver = false
    const release = (): void => {
      this.bytes -= held
      isOver = true
      response.off('close', release)
      socket.off('close', release)
    }
    response.on('close', release)
    // Node emits no event for responses that are queued on a connection that was closed.
    socket.on('close', release)
    const isFull = (): boolean => this.isFull
    return {
      get isFull() {
        return isFull()
      },
      add: (bytes) => {
        if (isOver) return
        held += bytes
        this.bytes += bytes
      },
    }
  }

  private get isFull(): boolean {
    return this.bytes >= this.most
  }
}
