import { waitFor } from '../support/wait-for'

export interface SeenEvent {
  /** The cursor, as EventSource keeps it. */
  readonly id: string
  readonly event: string
  readonly data: {
    readonly type: string
    readonly data: Readonly<Record<string, unknown>>
    readonly txn_ts: string | null
    readonly cursor: string
    readonly snapshot?: boolean
    readonly stats: { readonly read: number; readonly bytes: number }
  }
}

/** A feed's, an outbox's. */
const STATUS: ReadonlySet<string> = new Set(['status', 'feed-status'])

/** Reads an event stream as the HTML standard says, without reconnecting. */
export class SseClient {
  readonly events: SeenEvent[] = []
  lastEventId = ''
  retry: number | undefined
  isEnded = false
  /** Resolves when the stream has ended. */
  finished: Promise<void> = Promise.resolve()
  raw = ''
  private paused: Promise<void> | undefined
  private unpause: () => void = () => undefined

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {}

  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SseClient> {
    const abort = new AbortController()
    const response = await fetch(url, { headers, signal: abort.signal })
    const client = new SseClient(response, abort)
    client.finished = client.read()
    return client
  }

  /** Events that are no status, in their order. */
  get facts(): readonly SeenEvent[] {
    return this.events.filter(({ event }) => !STATUS.has(event))
  }

  get statuses(): readonly string[] {
    return this.events
      .filter(({ event }) => STATUS.has(event))
      .map(({ data }) => String(data.data['status']))
  }

  /** The facts, once there are so many. */
  async next(count: number): Promise<readonly SeenEvent[]> {
    await waitFor(`${count} events`, () => this.facts.length >= count)
    return this.facts
  }

  async status(status: string): Promise<void> {
    await waitFor(`the status ${status}`, () => this.statuses.includes(status))
  }

  async ended(): Promise<void> {
    await waitFor('the end of the stream', () => this.isEnded)
  }

  /** Takes nothing more from the connection. */
  pause(): void {
    this.paused = new Promise((resolve) => (this.unpause = resolve))
  }

  resume(): void {
    this.paused = undefined
    this.unpause()
  }

  close(): void {
    this.abort.abort()
    this.unpause()
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    try {
      for await (const chunk of this.response.body ?? []) {
        const text = decoder.decode(chunk as Uint8Array, { stream: true })
        this.raw += text
        rest += text
        const blocks = rest.split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) this.take(block)
        if (this.paused !== undefined) await this.paused
      }
    } catch {
      // cut off
    }
    this.isEnded = true
  }

  private take(block: string): void {
    let event = 'message'
    let data: string | undefined
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? []
      if (name === 'id') this.lastEventId = value
      if (name === 'event') event = value
      if (name === 'retry') this.retry = Number(value)
      if (name === 'data') data = data === undefined ? value : `${data}\n${value}`
    }
    if (data === undefined) return
    this.events.push({ id: this.lastEventId, event, data: JSON.parse(data) as SeenEvent['data'] })
  }
}
