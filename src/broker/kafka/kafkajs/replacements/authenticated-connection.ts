import { KafkaJSConnectionClosedError } from 'kafkajs/src/errors'
import OriginalConnection from 'kafkajs/src/network/connection'

/** Fraction of a session's lifetime after which it is renewed; the Java client uses 85 % to 95 %. */
const RENEWED_AFTER = 0.8

/** Requests of an authentication, during which a broker accepts no others. */
const SASL_REQUESTS: ReadonlySet<number> = new Set([17, 36])
/** Also accepted before authentication. */
const API_VERSIONS = 18

/** Permanent authentication errors. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
])

interface Request {
  readonly request: {
    readonly apiKey: number
    readonly encode: () => Promise<unknown>
  }
}

/**
 * The part of the replaced connection that authenticates (SASL), and reauthenticates when brokers limit the lifetime of a
 * session (connections.max.reauth.ms, KIP-368). KafkaJS' original:
 *
 * - reauthenticates ten seconds before the end, so for each request when a session is not longer than that, and brokers
 *   reject a second time within a second;
 * - lets a request that was being encoded come between the steps of an authentication, for which the broker closes the
 *   connection, and the outcome of all requests in flight is unknown;
 * - also reports "authentication failed" when the connection was lost during it, so that an outage looks like a wrong
 *   password.
 */
class AuthenticatedConnection extends OriginalConnection {
  private authenticating: Promise<void> | undefined
  /** Error of the last request of an authentication, from the network or from the broker. */
  private failure: unknown

  override isAuthenticated(): boolean {
    const { authenticatedAt } = this
    if (authenticatedAt === null) return false
    const lifetime = Number(this.sessionLifetime.toString())
    if (lifetime === 0) return true
    const [seconds, nanoseconds] = process.hrtime(authenticatedAt)
    return seconds * 1e3 + nanoseconds / 1e6 < lifetime * RENEWED_AFTER
  }

  override authenticate(): Promise<void> {
    this.authenticating ??= this.authenticateAnew().finally(() => (this.authenticating = undefined))
    return this.authenticating
  }

  override async send(request: Request): Promise<unknown> {
    if (this.sasl === null) return super.send(request)
    const { apiKey } = request.request
    if (SASL_REQUESTS.has(apiKey)) return this.sendForAuthentication(request)
    const ready = await encodedAhead(request)
    if (apiKey !== API_VERSIONS && !this.isAuthenticated()) await this.authenticate()
    return super.send(ready)
  }

  private async sendForAuthentication(request: Request): Promise<unknown> {
    try {
      return await super.send(request)
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  private async authenticateAnew(): Promise<void> {
    if (this.sasl === null || this.isAuthenticated()) return
    // Requests that passed the authentication check are encoded, and are written in this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    this.requestQueue.checkPendingRequests()
    this.failure = undefined
    const { socket } = this
    try {
      await super.authenticate()
    } catch (error) {
      throw this.explained(error)
    }
    if (this.socket === socket) return
    // Lost after the last response and reopened: the authentication is lost with it.
    this.authenticatedAt = null
    const { host, port } = this
    throw new KafkaJSConnectionClosedError('Closed while it authenticated', { host, port })
  }

  /** The specific error, because KafkaJS throws a generic one without a type. */
  private explained(error: unknown): unknown {
    const { failure } = this
    const refused =
      failure === undefined || REFUSALS.has((failure as { readonly type?: unknown }).type)
    if (!refused) return failure
    const type = (error as { readonly type?: unknown }).type ?? 'SASL_AUTHENTICATION_FAILED'
    return Object.assign(error as Error, { type, broker: this.broker })
  }
}

/** From here on it takes no turn of the event loop until a request is written: see `authenticateAnew`. */
async function encodedAhead(request: Request): Promise<Request> {
  const encoded = await request.request.encode()
  return { ...request, request: { ...request.request, encode: () => Promise.resolve(encoded) } }
}

export = AuthenticatedConnection
