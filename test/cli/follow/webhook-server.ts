import { once } from 'node:events'
import type { IncomingHttpHeaders, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FeedEvent } from '../../../src/client'

export interface Posted {
  readonly headers: IncomingHttpHeaders
  readonly event: FeedEvent
}

export interface HookAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Where events are posted to. Says what came, over how many connections, and how many requests at the same time. */
export class WebhookServer {
  readonly posted: Posted[] = []
  connections = 0
  most = 0
  /** Undefined never answers. */
  answer: (posted: Posted) => Promise<HookAnswer> | HookAnswer | undefined = () => ({ status: 204 })
  private inFlight = 0
  private server!: Server

  static async start(): Promise<WebhookServer> {
    const hook = new WebhookServer()
    hook.server = createServer((request, reply) => {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => {
        const event = JSON.parse(Buffer.concat(pieces).toString()) as FeedEvent
        void hook.take({ headers: request.headers, event }).then((answer) => {
          if (answer !== undefined) reply.writeHead(answer.status, answer.headers).end(answer.body)
        })
      })
    })
    hook.server.on('connection', () => (hook.connections += 1))
    hook.server.listen(0, '127.0.0.1')
    await once(hook.server, 'listening')
    return hook
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private async take(posted: Posted): Promise<HookAnswer | undefined> {
    this.posted.push(posted)
    this.inFlight += 1
    this.most = Math.max(this.most, this.inFlight)
    // Some turns, so that requests that are made at the same time are in flight together.
    await new Promise((resolve) => setImmediate(resolve))
    const answer = await this.answer(posted)
    this.inFlight -= 1
    return answer
  }
}
