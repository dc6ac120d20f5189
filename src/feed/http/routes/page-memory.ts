import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../problem'

/** What all pages together may hold. */
const MOST_BYTES = 256 * 1024 * 1024

/** The bytes of one page. */
export interface HeldBytes {
  /** The page ends here, with what it has. */
  readonly isFull: boolean
  readonly add: (bytes: number) => void
}

/**
 * Counts the bytes of pages from the moment on that they are read until they are sent: who asks for many pages and takes
 * none must not fill the memory.
 */
export class PageMemory {
  private bytes = 0

  constructor(private readonly most = MOST_BYTES) {}

  /** For the answer to the request, until it was taken or the connection is gone. Throws Problem `server-full`. */
  hold({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply): HeldBytes {
    if (this.isFull) {
      throw new Problem('server-full', 'Too many pages wait for their readers to take them.')
    }
    let held = 0
    let isOver = false
    const release = (): void => {
      this.bytes -= held
      held = 0
      isOver = true
      response.off('close', release)
      socket.off('close', release)
    }
    response.on('close', release)
    // Node does not tell of answers that wait behind others on a connection that is gone.
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
