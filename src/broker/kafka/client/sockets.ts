import { Socket } from 'node:net'
import type { ISocketFactory } from '../kafkajs'
import { defaultSocketFactory } from '../kafkajs'

/**
 * The connections of one client, which end with it. KafkaJS opens another one after it was told to disconnect, when
 * something that it had begun goes on: a retry, a look at the cluster, a broker that was replaced meanwhile. Nobody ever
 * closes that, and a process that should end does not.
 */
export class Sockets {
  private readonly open = new Set<Socket>()
  private readonly connect = defaultSocketFactory()
  private isClosed = false

  readonly factory: ISocketFactory = (options) => {
    const socket = this.isClosed ? new Socket() : this.connect(options)
    // KafkaJS leaves Nagle's algorithm on: a request behind another one would leave when that is acknowledged, a trip later.
    socket.setNoDelay(true)
    this.open.add(socket)
    socket.once('close', () => this.open.delete(socket))
    // Heard when the caller has got it.
    if (this.isClosed) setImmediate(() => socket.destroy(new Error('The client was closed')))
    return socket
  }

  /** Ends what is open, and lets nothing be opened any more. */
  close(): void {
    this.isClosed = true
    for (const socket of this.open) socket.destroy()
  }
}
