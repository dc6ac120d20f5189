import { SseClient } from '../feed/sse-client'

interface Seen {
  readonly subject: string
  readonly id: string
}

/** Follows a stream as EventSource does: whenever it ends, it comes back with the last id that it has seen. */
export class ResumingReader {
  readonly seen: Seen[] = []
  readonly statuses: string[] = []
  connections = 0
  private lastEventId: string
  private client: SseClient | undefined
  private isStopped = false
  private readonly running: Promise<void>

  /** `cursor`: where it begins; empty for where the address says. */
  constructor(
    private readonly url: string,
    cursor = '',
  ) {
    this.lastEventId = cursor
    this.running = this.run()
  }

  get isLive(): boolean {
    return this.client?.statuses.includes('live') === true && !this.client.isEnded
  }

  /** Facts so far, of all connections. */
  get count(): number {
    return this.seen.length + (this.client?.isEnded === false ? this.client.facts.length : 0)
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.client?.close()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      await this.follow().catch(() => undefined)
      if (!this.isStopped)
        await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 100))
    }
  }

  private async follow(): Promise<void> {
    const headers = this.lastEventId === '' ? {} : { 'last-event-id': this.lastEventId }
    const client = await SseClient.open(this.url, headers)
    if (client.response.status !== 200) {
      const { status } = client.response
      if (status !== 503) throw new Error(`refused with ${status}: ${client.raw}`)
      return
    }
    this.client = client
    this.connections += 1
    if (this.isStopped) client.close()
    await client.finished
    for (const { data } of client.facts) {
      const header = data.data['header'] as Seen
      this.seen.push({ subject: header.subject, id: header.id })
    }
    this.statuses.push(...client.statuses)
    if (client.lastEventId !== '') this.lastEventId = client.lastEventId
  }
}
