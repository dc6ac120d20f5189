import { KafkaJSConnectionClosedError, KafkaJSConnectionError } from 'kafkajs/src/errors'
import { describeFault, faultOf, isTlsAlert } from '../connection-fault'
import AuthenticatedConnection from './authenticated-connection'

/** Size of a response, in front of it. */
const SIZE_BYTES = 4

/** Node.js' and KafkaJS' words for a connection that ends in the handshake of TLS, is never made, is closed. */
const SHAKING_HANDS = /before secure TLS connection was established/
const TIMED_OUT = 'Connection timeout'
const CLOSED = 'Closed connection'

/** By KafkaJS. */
const LISTENED_TO = ['connect', 'secureConnect', 'data', 'end', 'error', 'timeout'] as const

/** Milliseconds that a request or an attempt to connect is given beyond its own time limit. */
const GRACE_MS = 2_000

/**
 * By broker: since when a request has been waiting that was given up in the end; by `performance.now()`, as all times
 * here. Of all clients of the process, because it is the network between it and the broker that is in doubt.
 */
const UNANSWERED_SINCE = new Map<string, number>()

type TimedRequest = Parameters<AuthenticatedConnection['send']>[0] & {
  /** Milliseconds, where it is more than the connection's own. */
  readonly requestTimeout?: number | null
}

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
 * - A disconnect() that waited for the last requests of one TCP connection closes the next one, and stops the timer that
 *   looks after its requests.
 *
 * Here a connection begins empty, is made once however many wait for it, takes no request while it closes, and is given up
 * when a request has timed out, as the Java client does: its answer may come at any time, or never. Then the others to
 * that broker that have been idle meanwhile are made anew as well, before they are used again: when a network has lost
 * its connections without a word, each would have to time out for itself, one behind the other. And whatever else may go
 * wrong, every request and every attempt to connect ends.
 */
class Connection extends AuthenticatedConnection {
  private connecting: Promise<unknown> | undefined
  /** When something came last. */
  private heardAt = 0
  /** How often something came. */
  private heard = 0

  override isConnected(): boolean {
    return super.isConnected() && !this.isInDoubt()
  }

  override processData(bytes: Buffer): void {
    this.heardAt = performance.now()
    if (this.heard === 0 && this.ssl === null && isTlsAlert(bytes)) {
      const error = new KafkaJSConnectionError('It answers in TLS', { broker: this.broker })
      this.rejectRequests(Object.assign(error, { type: 'TLS_ASKED_FOR', retriable: false }))
      this.giveUp()
      return
    }
    this.heard += 1
    super.processData(bytes)
  }

  /** Every error of the socket passes here before anyone has it: those that no repetition mends are marked. */
  override rejectRequests(error: Error): void {
    const type = faultOf((error as NodeJS.ErrnoException).code)
    if (type !== undefined) {
      Object.assign(error, { type, retriable: false, message: describeFault(error.message) })
    } else error.message += this.suspicion(error.message)
    super.rejectRequests(error)
  }

  /** What it may be when the other side only closes, or says nothing, as it also does when it is going down. */
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
    // Given up meanwhile, and perhaps made anew.
    if (this.socket !== socket) return true
    this.requestQueue.destroy()
    // Told again it would listen once more for a connection that never comes.
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

  /** What is under way ends by its own time. */
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

  /** What is not settled a while after KafkaJS' own timers should have settled it has been forgotten. */
  private async ending<T>(work: Promise<T>, timeout: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.giveUp()
        reject(this.closed('Given up after a request that was forgotten'))
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
    // What listens for its end, here and in Node.js, stays: it frees what TLS holds.
    for (const event of LISTENED_TO) socket.removeAllListeners(event)
    // What it still has to say is of no interest, but must be heard.
    socket.on('error', () => undefined)
    socket.destroy()
  }

  private closed(message: string): KafkaJSConnectionClosedError {
    return new KafkaJSConnectionClosedError(message, { host: this.host, port: this.port })
  }
}

export = Connection
