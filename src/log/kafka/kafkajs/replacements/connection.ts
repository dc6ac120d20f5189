import { KafkaJSConnectionClosedError } from 'kafkajs/src/errors'
import OriginalConnection from 'kafkajs/src/network/connection'

/** Size of a response, in front of it. */
const SIZE_BYTES = 4

/**
 * Stands for network/connection.js. KafkaJS uses the same object for one TCP connection after the other, and brings parts
 * of the last into the next:
 *
 * - Bytes of a response that was cut off, by a broker that was killed while it wrote, are taken for the beginning of the
 *   next connection's first response. Nothing that is read afterwards makes sense, requests time out one after another,
 *   and the connection is kept.
 * - Events of the last socket that come late, and a second call of connect() while the first one waits, end or feed the
 *   new one.
 * - A request that is sent while the connection is being closed is never answered, and nothing looks after its time.
 *
 * Here a connection begins empty, is made once however many wait for it, takes no request while it closes, and is given up
 * when a request has timed out, as the Java client does: its answer may come at any time, or never.
 */
class Connection extends OriginalConnection {
  private connecting: Promise<unknown> | undefined

  override connect(): Promise<unknown> {
    if (this.isConnected()) return Promise.resolve(true)
    this.connecting ??= this.connectAnew().finally(() => (this.connecting = undefined))
    return this.connecting
  }

  override async send(request: object): Promise<unknown> {
    if (this.connectionStatus === 'disconnecting') throw this.closed('The connection is closing')
    try {
      return await super.send(request)
    } catch (error) {
      if ((error as Error).name === 'KafkaJSRequestTimeoutError') this.giveUp()
      throw error
    }
  }

  private connectAnew(): Promise<unknown> {
    this.leaveSocket()
    this.rejectRequests(this.closed('Closed before the request was answered'))
    this.chunks = []
    this.bytesBuffered = 0
    this.bytesNeeded = SIZE_BYTES
    return super.connect()
  }

  private giveUp(): void {
    if (!this.isConnected()) return
    this.leaveSocket()
    this.connectionStatus = 'disconnected'
    this.requestQueue.destroy()
    this.rejectRequests(this.closed('Closed after a request that was not answered in time'))
  }

  private leaveSocket(): void {
    const { socket } = this
    if (socket === undefined) return
    socket.removeAllListeners()
    // What it still has to say is of no interest, but must be heard.
    socket.on('error', () => undefined)
    socket.destroy()
  }

  private closed(message: string): KafkaJSConnectionClosedError {
    return new KafkaJSConnectionClosedError(message, { host: this.host, port: this.port })
  }
}

export = Connection
