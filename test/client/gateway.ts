import { once } from 'node:events'
import type { IncomingHttpHeaders, OutgoingHttpHeaders, Server } from 'node:http'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Answer {
  readonly status: number
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

/** A gateway before a server that answers by itself while it is set to; other requests pass. */
export class Gateway {
  readonly answers: Answer[] = []
  readonly requests: { readonly method: string; readonly headers: IncomingHttpHeaders }[] = []
  private server!: Server

  static async start(target: string): Promise<Gateway> {
    const gateway = new Gateway()
    gateway.server = createServer((near, reply) => {
      gateway.requests.push({ method: near.method ?? '', headers: near.headers })
      const answer = gateway.answers.shift()
      if (answer !== undefined) {
        reply.writeHead(answer.status, answer.headers).end(answer.body)
        return
      }
      const { method, headers } = near
      const far = request(target + (near.url ?? ''), { method, headers } as object, (response) => {
        reply.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(reply)
      })
      far.on('error', () => reply.destroy())
      reply.on('close', () => far.destroy())
      near.pipe(far)
    })
    gateway.server.listen(0, '127.0.0.1')
    await once(gateway.server, 'listening')
    return gateway
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }
}
