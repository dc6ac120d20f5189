import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer, request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { EventSink } from '../../src/feed/event-sink'
import { waitFor } from '../support/wait-for'
import { FeedWorld, PAGES, STREAM } from './feed-world'

/** What a connection is sent, as it comes. */
class Raw {
  text = ''
  isEnded = false
  readonly socket: Socket

  constructor(port: number, requests: string) {
    this.socket = connect(port, '127.0.0.1', () => void this.socket.write(requests))
    this.socket.setEncoding('latin1').on('data', (part: string) => (this.text += part))
    this.socket.on('end', () => (this.isEnded = true))
  }
}

describe('what a stream is written with', () => {
  let world: FeedWorld
  let raw: Raw | undefined
  afterEach(async () => {
    raw?.socket.destroy()
    raw = undefined
    await world.stop()
  })
  const ask = async (...requests: readonly string[]): Promise<Raw> => {
    world = await FeedWorld.start()
    await world.write({ id: 1n, title: 'one' })
    return (raw = new Raw(Number(new URL(world.url).port), requests.join('')))
  }

  test('R10: one that speaks HTTP/1.0 is sent the events alone, without chunks', async () => {
    const { text } = await ended(
      await ask(`GET ${STREAM}?start=earliest&until=head HTTP/1.0\r\nHost: localhost\r\n\r\n`),
    )
    const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/su)
    expect(head.toLowerCase()).not.toContain('transfer-encoding')
    expect(body).toMatch(/^retry: \d+\n\nid: .*\nevent: add\ndata: \{.*\}\n\n/)
    expect(body).not.toContain('\r')
  })

  test('R10: a stream that is asked for before the answer to an earlier request follows it', async () => {
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`
    const { text } = await ended(
      await ask(
        `${get(`${PAGES}?start=now&timeout=200`)}\r\n`,
        `${get(`${STREAM}?start=earliest&until=head`)}Connection: close\r\n\r\n`,
      ),
    )
    const answers = text.split('HTTP/1.1 200 OK\r\n')
    expect(answers).toHaveLength(3)
    expect(answers[1]).toContain('"has_next":false')
    expect(unchunked(answers[2] ?? '')).toMatch(/^retry: \d+\n\nid: .*\nevent: add\ndata: .*\n\n/)
  })

  test('R10: asked with HEAD, it answers with its head and ends', async () => {
    world = await FeedWorld.start()
    const response = await fetch(world.url + STREAM, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('feed-start-cursor')).toMatch(/^[\w-]+$/)
  })
})

async function ended(raw: Raw): Promise<Raw> {
  await waitFor('the connection to end', () => raw.isEnded)
  return raw
}

/** The body of an answer that has no part in it that looks like the head of a chunk. */
function unchunked(answer: string): string {
  const [, body = ''] = answer.split(/\r\n\r\n(.*)/su)
  return body.replace(/(^|\r\n)[0-9a-f]+\r\n/g, '')
}

test('R38: a sink has drained when all that waited was taken, also when that was little', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asking = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  const answered = once(asking, 'response')
  asking.end()
  try {
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
    response.writeHead(200).flushHeaders()
    const [incoming] = (await answered) as [Socket]
    incoming.pause()
    const sink = new EventSink(response, 1e9)
    const block = Buffer.alloc(1_024, 120)
    // Until the connection takes no more: less than a socket's mark is waiting then.
    while (response.writableLength === 0) {
      sink.write(block)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(response.writableLength).toBeLessThan(16_384)
    const drained = sink.drained().then(() => response.writableLength)
    incoming.resume()
    expect(await drained).toBe(0)
    sink.end()
  } finally {
    asking.destroy()
    server.close()
  }
})
