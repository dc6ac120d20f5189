import { KafkaJSConnectionClosedError, KafkaJSConnectionError } from 'kafkajs/src/errors'
import { CLIENT_CLOSED, describeFault, faultOf, isTlsAlert } from '../connection-fault'
import AuthenticatedConnection from './authenticated-connection'

/** Bytes of the size field before a response. */
const SIZE_BYTES = 4

/** Messages of Node.js and KafkaJS for a connection that ends in the TLS handshake, times out, or is closed. */
const SHAKING_HANDS = /before secure TLS connection was established/
const TIMED_OUT = 'Connection timeout'
const CLOSED = 'Closed connection'

/** Events that KafkaJS listens to. */
const LISTENED_TO = ['connect', 'secureConnect', 'data', 'end', 'error', 'timeout'] as const

/** Milliseconds that a request or an attempt to connect gets beyond its own timeout. */
const GRACE_MS = 2_000

/**
 * By broker: start of a request that timed out, by `performance.now()`, as all times here. Shared by all clients of the
 * process, because the network to the broker is suspect.
 */
const UNANSWERED_SINCE = new Map<string, number>()

type TimedRequest = Parameters<AuthenticatedConnection['send']>[0] & {
  /** Milliseconds, where it is more than the connection's own. */
  readonly requestTimeout?: number | null
}

/**
 * Replaces network/connection.js. KafkaJS uses the same object for successive TCP connections, and leaks state from one into
 * the next:
 *
 * - Bytes of a truncated response, from a broker that was killed while it wrote, become the beginning of the next connection's
 *   first response. Everything read afterwards is garbage, requests time out one after another, and the connection is kept.
 * - Late events of the last socket, and a second call of connect() while the first one waits, end or feed the new one.
 * - A request that is sent while the connection is being closed is never answered, and has no timeout.
 * - A disconnect() that waited for the last requests of one TCP connection closes the next one, and stops the timer of its
 *   request timeouts.
 *
 * Here a connection begins empty, is opened once for all waiting callers, accepts no request while it closes, and is closed
 * when a request has timed out, as in the Java client: its response may arrive at any time, or never. Then the other idle
 * connections to that broker are reopened as well, before they are used again: when a network has dropped its connections
 * silently, each would have to time out separately, one after the other. In any case, every request and every attempt to
 * connect ends.
 */
class Connection extends AuthenticatedConnection {
  private connecting: Promise<unknown> | undefined
  /** Time of the last received bytes. */
  private heardAt = 0
  /** Number of received chunks. */
  private heard = 0

  override isConnected(): boolean {
    return super.isConnected() && !this.isInDoubt()
  }

  override processData(bytes: Buffer): void {
    this.heardAt = performance.now()
    if (this.heard === 0 && this.ssl === null && isTlsAlert(bytes)) {
      const error = new KafkaJSConnectionError('The listener requires TLS', { broker: this.broker })
      this.rejectRequests(Object.assign(error, { type: 'TLS_ASKED_FOR', retriable: false }))
      this.giveUp()
      return
    }
    this.heard += 1
    super.processData(bytes)
  }

  /** Every error of the socket passes here first: permanent ones are marked. */
  override rejectRequests(error: Error): void {
    const { code } = error as NodeJS.ErrnoException
    const type = faultOf(code)
    if (code === CLIENT_CLOSED) Object.assign(error, { retriable: false })
    else if (type !== undefined) {
      Object.assign(error, { type, retriable: false, message: describeFault(error.message) })
    } else error.message += this.suspicion(error.message)
    super.rejectRequests(error)
  }

  /** A possible cause when the peer only closes the connection, or sends nothing, as it also does when it shuts down. */
  private suspicion(message: string): string {
    const connected = this.socket?.connecting === false
    if (this.ssl !== null && (SHAKING_HANDS.test(message) || (message === TIMED_OUT && connected)))
      return ` (${this.broker}; has its listener no TLS? Then set kafka.tls to false)`
    if (this.sasl === null && message === CLOSED && this.heard <= 1)
      return ` (${this.broker}, at the first request; does its listener ask for TLS, kafka.tls, or for a password, kafka.saslMechanism?)`
    return ''
  }

  override connect(): Promise<unknown> {
    if (this.isConnected()) return Promise.resolve(true)
    this.connecting ??= this.ending(this.connectAnew(), this.connectionTimeout).finally(
      () => (this.connecting = undefined),
    )
    return this.connecting
  }

  override async disconnect(): Promise<unknown> {
    const { socket } = this
    this.connectionStatus = 'disconnecting'
    await this.requestQueue.waitForPendingRequests()
    // Closed in the meantime, and perhaps reopened.
    if (this.socket !== socket) return true
    this.requestQueue.destroy()
    // Calling it again would add a listener for a connection that is never opened.
    if (socket?.destroyed === false) socket.end().unref()
    this.connectionStatus = 'disconnected'
    this.rejectRequests(this.closed('Closed before the request was answered'))
    return true
  }

  override async send(request: TimedRequest): Promise<unknown> {
    if (this.connectionStatus === 'disconnecting') throw this.closed('The connection is closing')
    const since = performance.now()
    try {
      const timeout = Math.max(this.requestTimeout, request.requestTimeout ?? 0)
      return await this.ending(super.send(request), timeout)
    } catch (error) {
      if ((error as Error).name === 'KafkaJSRequestTimeoutError') {
        UNANSWERED_SINCE.set(this.broker, since)
        this.giveUp()
      }
      throw error
    }
  }

  /** Whether the connection is suspect; requests in flight end by their own timeouts. */
  private isInDoubt(): boolean {
    const idle = this.requestQueue.inflight.size === 0
    return idle && this.heardAt < (UNANSWERED_SINCE.get(this.broker) ?? 0)
  }

  private connectAnew(): Promise<unknown> {
    this.leaveSocket()
    this.connectionStatus = 'disconnected'
    this.rejectRequests(this.closed('Closed before the request was answered'))
    this.chunks = []
    this.bytesBuffered = 0
    this.bytesNeeded = SIZE_BYTES
    this.heard = 0
    this.heardAt = performance.now()
    return super.connect()
  }

  /** Rejects work that KafkaJS' own timers should have settled already. */
  private async ending<T>(work: Promise<T>, timeout: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.giveUp()
        reject(this.closed('Closed after a request that was never settled'))
      }, timeout + GRACE_MS)
      timer.unref()
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  private giveUp(): void {
    this.leaveSocket()
    this.connectionStatus = 'disconnected'
    this.requestQueue.destroy()
    this.rejectRequests(this.closed('Closed after a request that was not answered in time'))
  }

  private leaveSocket(): void {
    const { socket } = this
    if (socket === undefined) return
    // Listeners for its end, here and in Node.js, stay: they free TLS resources.
    for (const event of LISTENED_TO) socket.removeAllListeners(event)
    // Later errors are irrelevant, but need a listener.
    socket.on('error', () => undefined)
    socket.destroy()
  }

  private closed(message: string): KafkaJSConnectionClosedError {
    return new KafkaJSConnectionClosedError(message, { host: this.host, port: this.port })
  }
}

export = Connection
