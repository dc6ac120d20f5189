import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ConnectRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly authorization?: string
}

export interface ConnectAnswer {
  readonly status?: number
  readonly body?: unknown
}

export interface FakeConnect {
  readonly url: string
  readonly requests: readonly ConnectRequest[]
  stop(): Promise<void>
}

/** An HTTP server in the place of Kafka Connect; `answer` plays its part, undefined is 404. */
export async function fakeConnect(
  answer: (request: ConnectRequest) => ConnectAnswer | undefined,
): Promise<FakeConnect> {
  const requests: ConnectRequest[] = []
  const server = createServer((incoming, response) => {
    void read(incoming).then((text) => {
      const { authorization } = incoming.headers
      const request: ConnectRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        body: text === '' ? undefined : JSON.parse(text),
        ...(authorization === undefined ? {} : { authorization }),
      }
      requests.push(request)
      const { status = 200, body } = answer(request) ?? {
        status: 404,
        body: { error_code: 404, message: 'not found' },
      }
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
