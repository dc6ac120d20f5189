import { FactsError } from '../errors'
import type { StreamBlock } from './event-stream-parser'
import { EventStreamParser } from './event-stream-parser'
import type { FeedRequest } from './feed-request'
import type { Refusal } from './refusal'
import { lost, refusalOf } from './refusal'

export interface ConnectOptions {
  readonly request: FeedRequest
  /** A connection that says nothing for so long is given up, milliseconds. */
  readonly silenceMs: number
  readonly signal: AbortSignal
  readonly now: () => number
}

export type Connected =
  | Refusal
  /** There is nothing to read up to the head. */
  | { readonly kind: 'end' }
  | { readonly kind: 'open'; readonly connection: FeedConnection }

/** One stream. Reads no further than it is asked to, so that a slow reader slows down the server, and buffers nothing. */
export class FeedConnection {
  private readonly parser = new EventStreamParser()
  private readonly decoder = new TextDecoder()

  private constructor(
    readonly startCursor: string,
    private readonly body: ReadableStreamDefaultReader<Uint8Array>,
    private readonly watch: Watch,
  ) {}

  /** Throws CONFIG_INVALID for what no attempt can change. */
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
        throw new FactsError(
          'CONFIG_INVALID',
          `Port ${new URL(url).port} of the feed server is one that HTTP clients refuse to use. Have it listen on another.`,
        )
      }
      return lost(`The feed at ${new URL(url).origin} cannot be reached: ${why}`, error)
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

  /** Block by block, until the stream ends; then why it did. Throws FEED_REFUSED when it is no event stream. */
  async *blocks(): AsyncGenerator<StreamBlock, Refusal> {
    try {
      for (;;) {
        const { done, value } = await this.watch.over(() => this.body.read())
        if (done) return lost('The server has ended the stream')
        yield* this.parser.push(this.decoder.decode(value, { stream: true }))
      }
    } catch (error) {
      if (error instanceof FactsError) throw error
      return lost(`The connection was lost: ${this.watch.why(error)}`, error)
    } finally {
      this.close()
    }
  }

  close(): void {
    this.watch.end()
  }
}

/** What `fetch` says of the ports of other protocols (https://fetch.spec.whatwg.org/#port-blocking). */
export const BLOCKED_PORT = 'bad port'

const isStream = (headers: Headers): boolean =>
  (headers.get('content-type') ?? '').startsWith('text/event-stream')

/** Ends what waits for too long, or when the signal says so. */
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

  /** Only while something is waited for: a reader may take its time. */
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
    // Node says "fetch failed", and what it was in the cause; of several addresses in the cause of that.
    const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause
    return first instanceof Error ? first.message : message
  }

  end(): void {
    this.asked.removeEventListener('abort', this.stop)
    this.stop()
  }
}
