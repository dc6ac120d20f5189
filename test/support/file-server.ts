import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FileServer {
  readonly url: string
  /** Requests so far: path and Range header. */
  readonly requests: readonly { readonly path: string; readonly range: string | undefined }[]
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const notFound: Handler = (_, response) => {
  response.writeHead(404).end()
}

/** An HTTP server for each test, on a free port; `handle` may be exchanged by the test. */
export function fileServer(): FileServer & { handle: Handler } {
  const requests: { path: string; range: string | undefined }[] = []
  let url = ''
  const state = {
    get url() {
      return url
    },
    requests,
    handle: notFound,
  }
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', range: request.headers.range })
    state.handle(request, response)
  })
  beforeEach(async () => {
    requests.length = 0
    state.handle = notFound
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return state
}

/** Serves one content, with Range requests. */
export function serveContent(content: Buffer): Handler {
  return (request, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? []
    if (from === undefined) response.writeHead(200, { 'content-length': content.length })
    else response.writeHead(206, { 'content-length': content.length - Number(from) })
    response.end(content.subarray(Number(from ?? 0)))
  }
}
