import { SseClient } from '../feed/sse-client'

/** Follows GET /events as EventSource does: whenever the stream ends, it comes back with the last id that it has seen. */
export class EventReader {
  readonly numbers: string[] = []
  readonly refusals: number[] = []
  connections = 0
  private client: SseClient | undefined
  private readonly stopping = new AbortController()
  private readonly running: Promise<void>

  constructor(
    private readonly url: string,
    private readonly consumer: string,
    private lastEventId: string,
  ) {
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.client?.close()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.isStopping()) {
      await this.follow().catch(() => undefined)
      if (!this.isStopping()) await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted
  }

  private async follow(): Promise<void> {
    const headers = { 'x-consumer-id': this.consumer, 'last-event-id': this.lastEventId }
    const client = await SseClient.open(`${this.url}/events`, headers)
    this.client = client
    const { status } = client.response
    // Starting or stopping.
    if (status !== 200 && status !== 503) this.refusals.push(status)
    if (status === 200) this.connections += 1
    await client.finished
    if (status === 200) this.lastEventId = client.lastEventId || this.lastEventId
    this.numbers.push(...client.facts.map(({ id }) => id))
    this.client = undefined
  }

  /** Also those of the stream that is open. */
  get seen(): readonly string[] {
    return [...this.numbers, ...(this.client?.facts.map(({ id }) => id) ?? [])]
  }
}
