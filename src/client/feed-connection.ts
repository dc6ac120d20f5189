import { FollowError } from './errors/follow-error'
import type { StreamBlock } from './event-stream-parser'
import { EventStreamParser } from './event-stream-parser'
import type { FeedRequest } from './feed-request'
import type { Refusal } from './refusal'
import { lost, refusalOf } from './refusal'

export interface ConnectOptions {
  readonly request: FeedRequest
  /** Milliseconds of silence after which a connection is closed. */
  readonly silenceMs: number
  readonly signal: AbortSignal
  readonly now: () => number
}

export type Connected =
  | Refusal
  /** Nothing to read before the head. */
  | { readonly kind: 'end' }
  | { readonly kind: 'open'; readonly connection: FeedConnection }

/** One stream. Reads on demand only, so that a slow consumer applies backpressure to the server, and buffers nothing. */
export class FeedConnection {
  private readonly parser = new EventStreamParser()
  private readonly decoder = new TextDecoder()

  private constructor(
    readonly startCursor: string,
    private readonly body: ReadableStreamDefaultReader<Uint8Array>,
    private readonly watch: Watch,
  ) {}

  /** Throws CONFIG_INVALID for errors that no retry can resolve. */
  static async open({ request, silenceMs, signal, now }: ConnectOptions): Promise<Connected> {
    const watch = new Watch(silenceMs, signal)
    const { url, ...init } = request
    let response: Response
    try {
      response = await watch.over(() => fetch(url, { ...init, signal: watch.signal }))
    } catch (error) {
      watch.end()
      const why = watch.why(error)
      if (why === BLOCKED_PORT) {
        throw new FollowError(
          'CONFIG_INVALID',
          `Port ${new URL(url).port} of the feed server is one that HTTP clients refuse to use. Have it listen on another.`,
        )
      }
      return lost(`The feed at ${new URL(url).origin} is unreachable: ${why}`, error)
    }
    const { status, headers, body } = response
    if (status === 200 && body !== null && isStream(headers)) {
      const startCursor = headers.get('feed-start-cursor') ?? ''
      return { kind: 'open', connection: new FeedConnection(startCursor, body.getReader(), watch) }
    }
    try {
      if (status === 204) return { kind: 'end' }
      return await watch.over(() => refusalOf(response, now()))
    } finally {
      watch.end()
    }
  }

  /** Yields blocks until the stream ends; returns the reason. Throws FEED_REFUSED when it is not an event stream. */
  async *blocks(): AsyncGenerator<StreamBlock, Refusal> {
    try {
      for (;;) {
        const { done, value } = await this.watch.over(() => this.body.read())
        if (done) return lost('The server has ended the stream')
        yield* this.parser.push(this.decoder.decode(value, { stream: true }))
      }
    } catch (error) {
      if (error instanceof FollowError) throw error
      return lost(`The connection was lost: ${this.watch.why(error)}`, error)
    } finally {
      this.close()
    }
  }

  close(): void {
    this.watch.end()
  }
}

/** Message of `fetch` for the ports of other protocols (https://fetch.spec.whatwg.org/#port-blocking). */
export const BLOCKED_PORT = 'bad port'

const isStream = (headers: Headers): boolean =>
  (headers.get('content-type') ?? '').startsWith('text/event-stream')

/** Aborts operations at the timeout, or with the signal. */
class Watch {
  private readonly abort = new AbortController()
  private isSilent = false
  private readonly stop = (): void => this.abort.abort()

  constructor(
    private readonly silenceMs: number,
    private readonly asked: AbortSignal,
  ) {
    asked.addEventListener('abort', this.stop, { once: true })
    if (asked.aborted) this.stop()
  }

  get signal(): AbortSignal {
    return this.abort.signal
  }

  /** The timeout applies only while waiting for the server: the consumer may be slow. */
  async over<T>(work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.isSilent = true
      this.stop()
    }, this.silenceMs)
    try {
      return await work()
    } finally {
      clearTimeout(timer)
    }
  }

  why(error: unknown): string {
    if (this.isSilent) return `it said nothing for ${this.silenceMs} ms`
    const { message, cause } = error as Error
    // Node's message is "fetch failed"; the reason is in the cause, with several addresses in the cause of that.
    const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause
    return first instanceof Error ? first.message : message
  }

  end(): void {
    this.asked.removeEventListener('abort', this.stop)
    this.stop()
  }
}
