import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createChannel, createSession } from 'better-sse'
import { remark } from '../fact-marker'
import { monotonicMicros } from '../monotonic'

/** First argument, as JSON. */
export interface PeerOptions {
  readonly kind: 'node' | 'better-sse'
  /** A block as the feed sends it. */
  readonly block: string
}

export interface Emit {
  readonly first: number
  readonly perSecond: number
  readonly seconds: number
}

const { kind, block } = JSON.parse(process.argv[2] ?? '') as PeerOptions
const template = Buffer.from(block)

// No process is left that could end it.
process.once('disconnect', () => process.exit())

type FanOut = (block: Buffer) => void

/** The least that sends the same bytes: node:http, and one write for each stream. */
function plain(): readonly [(response: ServerResponse) => void, FanOut] {
  const responses = new Set<ServerResponse>()
  return [
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('retry: 1000\n\n')
      responses.add(response)
      response.on('close', () => responses.delete(response))
    },
    (bytes) => {
      for (const response of responses) response.write(bytes)
    },
  ]
}

const server = createServer()
if (kind === 'node') {
  const [join, fanOut] = plain()
  server.on('request', (_request, response: ServerResponse) => join(response))
  run(fanOut)
} else {
  const channel = createChannel()
  server.on('request', (request, response: ServerResponse) => {
    const sessionOptions = { serializer: String, keepAlive: null }
    void createSession(request, response, sessionOptions).then((session) =>
      channel.register(session),
    )
  })
  // It makes the block of each session itself, of the same data.
  run((bytes) => {
    const text = bytes.toString()
    const id = /^id: (.*)$/m.exec(text)?.[1] ?? ''
    const data = /^data: (.*)$/m.exec(text)?.[1] ?? ''
    channel.broadcast(data, 'update', { eventId: id })
  })
}

function run(fanOut: FanOut): void {
  const handed: [number, number][] = []
  const emit = ({ first, perSecond, seconds }: Emit): void => {
    const all = Math.round(perSecond * seconds)
    const began = monotonicMicros()
    let done = 0
    const step = (): void => {
      while (done < all && began + (done / perSecond) * 1e6 <= monotonicMicros()) {
        const bytes = remark(template, first + done)
        handed.push([first + done, monotonicMicros()])
        fanOut(bytes)
        done += 1
      }
      if (done === all) process.send?.({ emitted: all })
      else setTimeout(step, (began + (done / perSecond) * 1e6 - monotonicMicros()) / 1_000)
    }
    step()
  }
  process.on('message', (message: Emit | { readonly stop: true }) => {
    if ('stop' in message) process.send?.({ handed })
    else emit(message)
  })
  server.listen(0, '127.0.0.1', 4_096, () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  )
}
