import { Socket } from 'node:net'
import type { ISocketFactory } from '../kafkajs'
import { defaultSocketFactory } from '../kafkajs'
import { CLIENT_CLOSED } from '../kafkajs/connection-fault'

/**
 * The connections of one client, which end with it. KafkaJS opens another one after disconnect() when an earlier operation
 * continues: a retry, a metadata refresh, a replaced broker. It never closes that one, and the process does not exit.
 */
export class Sockets {
  private readonly open = new Set<Socket>()
  private readonly connect = defaultSocketFactory()
  private isClosed = false

  readonly factory: ISocketFactory = (options) => {
    const socket = this.isClosed ? new Socket() : this.connect(options)
    // KafkaJS leaves Nagle's algorithm on: a request after another one would be sent only when that is acknowledged.
    socket.setNoDelay(true)
    this.open.add(socket)
    socket.once('close', () => this.open.delete(socket))
    // Later, so that the caller has its listeners in place.
    if (this.isClosed) setImmediate(() => socket.destroy(closed()))
    return socket
  }

  /** Closes all connections, and prevents new ones. */
  close(): void {
    this.isClosed = true
    for (const socket of this.open) socket.destroy()
  }

  /** The same, and requests under way fail: KafkaJS waits for them until their timeout when a connection is closed here. */
  abandon(): void {
    this.isClosed = true
    for (const socket of this.open) {
      socket.on('error', () => undefined)
      socket.destroy(closed())
    }
  }
}

const closed = (): Error =>
  Object.assign(new Error('The client was closed'), { code: CLIENT_CLOSED })
