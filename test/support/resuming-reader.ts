import type { ClientRequest } from 'node:http'
import { Agent, get } from 'node:http'

interface Seen {
  readonly subject: string
  readonly id: string
}

/**
 * Follows a stream as EventSource does: whenever it ends, it comes back with the last id that it has seen. Takes little, so
 * that hundreds fit into one process: of each fact it keeps `header.id` and `header.subject`.
 */
export class ResumingReader {
  readonly seen: Seen[] = []
  readonly refusals: string[] = []
  connections = 0
  isLive = false
  private lastEventId: string
  private request: ClientRequest | undefined
  private readonly stopping = new AbortController()
  private readonly agent = new Agent({ keepAlive: false })
  private readonly running: Promise<void>

  /** `cursor`: where it begins; empty for where the address says. */
  constructor(
    private readonly url: string,
    cursor = '',
  ) {
    this.lastEventId = cursor
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.request?.destroy()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.isStopping()) {
      await this.follow()
      this.isLive = false
      const wait = 50 + Math.random() * 200
      if (!this.isStopping()) await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted
  }

  /** Resolves when the connection has ended, however it did. */
  private follow(): Promise<void> {
    const headers = this.lastEventId === '' ? {} : { 'last-event-id': this.lastEventId }
    return new Promise((resolve) => {
      this.request = get(this.url, { headers, agent: this.agent }, (response) => {
        let rest = ''
        const isStream = response.statusCode === 200
        if (isStream) this.connections += 1
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          const blocks = (rest + chunk).split('\n\n')
          rest = blocks.pop() ?? ''
          if (isStream) for (const block of blocks) this.take(block)
        })
        response.on('error', () => undefined)
        response.on('close', () => {
          // Starting or stopping.
          if (!isStream && response.statusCode !== 503) this.refusals.push(rest)
          resolve()
        })
      })
      this.request.on('error', () => resolve())
    })
  }

  private take(block: string): void {
    const id = /^id: (.*)$/m.exec(block)?.[1]
    if (id !== undefined) this.lastEventId = id
    if (block.includes('"status":"live"')) this.isLive = true
    const header = /"header":\{"id":"([^"]+)","subject":"([^"]+)"/.exec(block)
    if (header !== null) this.seen.push({ id: header[1] ?? '', subject: header[2] ?? '' })
  }
}
