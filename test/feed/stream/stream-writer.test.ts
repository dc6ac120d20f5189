import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { StreamWriter } from '../../../src/feed/stream/stream-writer'
import type { ClassMember } from '../../../src/feed/live/feed-class'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES, STREAM } from '../feed-world'

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
  const send = (...requests: readonly string[]): Raw =>
    (raw = new Raw(Number(new URL(world.url).port), requests.join('')))
  const ask = async (...requests: readonly string[]): Promise<Raw> => {
    world = await FeedWorld.start()
    await world.write({ id: 1n, title: 'one' })
    return send(...requests)
  }
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`

  test('R10: one that speaks HTTP/1.0 is sent the events alone, without chunks', async () => {
    const { text } = await ended(
      await ask(`GET ${STREAM}?start=earliest&until=head HTTP/1.0\r\nHost: localhost\r\n\r\n`),
    )
    const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/su)
    expect(head.toLowerCase()).not.toContain('transfer-encoding')
    expect(body).toMatch(/^retry: \d+\nevent: add\ndata: \{.*\}\nid: .*\n\n/)
    expect(body).not.toContain('\r')
  })

  test('R10: a stream that is asked for before the answer to an earlier request is refused', async () => {
    const { text } = await ended(
      await ask(
        `${get(`${PAGES}?start=now&timeout=200`)}\r\n`,
        `${get(STREAM)}Connection: close\r\n\r\n`,
      ),
    )
    const [, first, second] = text.split('HTTP/1.1 ')
    expect(first).toMatch(/^200 OK[^]*"has_next":false/)
    expect(second).toMatch(/^400 Bad Request[^]*cannot be pipelined/)
  })

  /** What the chunks of HTTP hold. */
  const chunksOf = ({ text }: Raw): readonly string[] =>
    text
      .split(/\r\n\r\n(.*)/su)[1]!
      .split(/\r\n/u)
      .filter((_, index) => index % 2 === 1)
  const eventsIn = (chunk: string): number => chunk.split('event: add').length - 1

  test('facts of the history that are read together are one write', async () => {
    world = await FeedWorld.start()
    for (let id = 1n; id <= 30n; id += 1n) await world.write({ id })
    const asked = send(`${get(`${STREAM}?start=earliest&until=head`)}Connection: close\r\n\r\n`)
    const counts = chunksOf(await ended(asked)).map(eventsIn)
    expect(counts.filter((count) => count > 0)).toEqual([30])
  })

  test('facts that come together to the head are one write', async () => {
    world = await FeedWorld.start({ partitions: 1 })
    const asked = send(`${get(`${STREAM}?start=now`)}\r\n`)
    await waitFor('the stream to be live', () => asked.text.includes('"status":"live"'))
    await world.write({ id: 1n }, { id: 2n }, { id: 3n })
    await waitFor('the facts', () => eventsIn(asked.text) === 3)
    expect(chunksOf(asked).map(eventsIn)).toContain(3)
  })

  test('R38: a reader at the head gets no more than 64 kB and an event before its buffer is checked', async () => {
    world = await FeedWorld.start({ partitions: 1 })
    const selection = world.feed.select({})
    const title = 'x'.repeat(2_000)
    const portions: { readonly bytes: number; readonly events: number; readonly next: bigint }[] =
      []
    const member: ClassMember = {
      deliver: (blocks, [position]) =>
        portions.push({
          bytes: blocks.length,
          events: eventsIn(blocks.toString()),
          next: position!.next,
        }),
      stepBack: () => undefined,
      fail: () => undefined,
    }
    world.feed.classOf(selection).join(member)
    await world.write(...Array.from({ length: 100 }, (_, index) => ({ id: BigInt(index), title })))
    const sent = (): number => portions.reduce((sum, { events }) => sum + events, 0)
    await waitFor('the facts', () => sent() === 100)
    let count = 0
    for (const { bytes, events, next } of portions) {
      count += events
      // The position is exactly after the events that the reader got.
      expect(next).toBe(BigInt(count))
      expect(bytes).toBeLessThan(64 * 1024 + 4_000)
    }
    expect(portions.length).toBeLessThan(10)
  })

  test('R10: asked with HEAD, it answers with its head and ends', async () => {
    world = await FeedWorld.start()
    const response = await fetch(world.url + STREAM, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('feed-start-cursor')).toMatch(/^[\w-]+$/)
    expect(response.headers.has('content-length')).toBe(false)
  })
})

async function ended(raw: Raw): Promise<Raw> {
  await waitFor('the connection to end', () => raw.isEnded)
  return raw
}

describe('a stream writer', () => {
  const server = createServer()
  let response: ServerResponse
  let writer: StreamWriter
  /** What the reader has. */
  let incoming: Socket
  const blockOf = (letter: string): Buffer => Buffer.alloc(1_024, letter)

  beforeEach(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    incoming = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true })
    incoming.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    ;[, response] = (await once(server, 'request')) as [unknown, ServerResponse]
    response.writeHead(200).flushHeaders()
    writer = new StreamWriter(response, response.socket!, 1e9)
    incoming.pause()
  })
  afterEach(async () => {
    incoming.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  /** Until the connection takes no more: less than a socket's mark is waiting then. */
  const fill = async (): Promise<void> => {
    while (response.writableLength === 0) {
      writer.write(blockOf('x'))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(response.writableLength).toBeLessThan(16_384)
  }

  test('R38: has drained when all that waited was taken, also when that was little', async () => {
    await fill()
    const drained = writer.drained().then(() => response.writableLength)
    incoming.resume()
    expect(await drained).toBe(0)
  })

  test('R38: has drained when its connection is gone', async () => {
    await fill()
    const drained = writer.drained()
    incoming.destroy()
    await drained
    await waitFor('the response to know', () => writer.isClosed)
    await writer.drained()
  })

  test('writes no more to a reader that has half-closed its connection, and it gets what was written', async () => {
    await fill()
    const socket = response.socket!
    incoming.end()
    await once(socket, 'end')
    writer.write(blockOf('y'))
    let text = ''
    incoming.setEncoding('latin1').on('data', (part: string) => (text += part))
    const closed = once(incoming, 'close')
    incoming.resume()
    await waitFor('the connection to end', () => socket.destroyed)
    await closed
    expect(text.split('x'.repeat(1_024)).length).toBeGreaterThan(2)
    expect(text).not.toContain('y')
    expect(text.endsWith(`${'x'.repeat(1_024)}\r\n`)).toBe(true)
  })
})
