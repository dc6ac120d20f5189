import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { Problem } from '../../../src/feed/problem'
import { waitFor } from '../../support/wait-for'
import type { WorldOptions } from '../feed-world'
import { FeedWorld, PAGES, STREAM } from '../feed-world'
import { OutboxWorld } from '../outbox-world'
import { unreachable } from '../unreachable-log'

const AS_EVENT_SOURCE = { accept: 'text/event-stream' }

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

describe('a refusal that passes', () => {
  let world: FeedWorld
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await FeedWorld.start(options)
  }
  afterEach(() => world.stop())

  const ask = async (path: string, headers: Record<string, string>): Promise<Answer> => {
    const { status, headers: sent, body } = await world.get(path, { headers })
    const text = status === 200 ? await new Response(body).text() : ''
    return { status, headers: Object.fromEntries(sent), text }
  }

  /** Of the type, for EventSource: it comes back after a while, with the cursor that it had, and nothing to take for an event. */
  const passes = (type: string): object => ({
    status: 200,
    headers: expect.objectContaining({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'feed-problem': `urn:facts:${type}`,
      'retry-after': expect.stringMatching(/^\d+$/),
    }),
    text: expect.stringMatching(/^: [^\n]+\nretry: [1-9]\d{3,4}\n$/),
  })

  test('R41: of too many readers is a stream that ends, for EventSource, which gives up at any other', async () => {
    await start({ server: { sessions: { total: 2, perAddress: 9, perConsumer: 1 } } })
    const first = await world.stream('', { 'x-consumer-id': 'a' })
    await first.status('live')
    const asA = { ...AS_EVENT_SOURCE, 'x-consumer-id': 'a' }
    expect(await ask(STREAM, asA)).toEqual(passes('too-many-sessions'))
    const second = await world.stream('')
    await second.status('live')
    expect(await ask(STREAM, AS_EVENT_SOURCE)).toEqual(passes('server-full'))
  })

  test('R41: of a log that is away is one too, also for who begins at now', async () => {
    const outage = { on: false }
    await start({ log: (log) => unreachable(log, outage) })
    outage.on = true
    await waitFor('the outage to be seen', () => !world.hub.isFollowing)
    expect(await ask(`${STREAM}?start=now`, AS_EVENT_SOURCE)).toEqual(passes('upstream-lost'))
  })

  test('R41: of a feed that is being opened, or that has failed, is one too', async () => {
    await start()
    const select = jest.spyOn(world.feed, 'select')
    select.mockImplementationOnce(() => {
      throw new Problem('feed-starting', 'The feed is being opened.')
    })
    expect(await ask(STREAM, AS_EVENT_SOURCE)).toEqual(passes('feed-starting'))
    select.mockImplementationOnce(() => {
      throw new Error('a secret of the inside')
    })
    const failed = await ask(STREAM, AS_EVENT_SOURCE)
    expect(failed).toEqual(passes('internal'))
    expect(failed.text).not.toContain('secret')
  })

  test.each([
    ['who asks for problems beside streams', STREAM, `text/event-stream, application/problem+json`],
    ['who accepts anything', STREAM, '*/*'],
    ['a long poll', `${PAGES}?timeout=10`, 'text/event-stream'],
  ])('R41: is a status for %s', async (_, path, accept) => {
    await start({ server: { sessions: { total: 1, perAddress: 9, perConsumer: 9 } } })
    const first = await world.stream()
    await first.status('live')
    expect((await ask(path, { accept })).status).toBe(503)
  })

  test('R41: what does not pass is a status for EventSource too', async () => {
    await start()
    expect((await ask(`${STREAM}?where=nope`, AS_EVENT_SOURCE)).status).toBe(400)
    expect((await ask('/feeds/nothing/stream', AS_EVENT_SOURCE)).status).toBe(404)
    expect((await ask(`${STREAM}?cursor=AAAA`, AS_EVENT_SOURCE)).status).toBe(400)
  })

  test('R41: of a stream of events is one too', async () => {
    const sessions = { total: 1, perAddress: 9, perConsumer: 9 }
    const outbox = await OutboxWorld.start({ server: { sessions } })
    world = outbox.feed
    await outbox.live('team-a')
    const answer = await ask('/events', { ...AS_EVENT_SOURCE, 'x-consumer-id': 'team-a' })
    expect(answer).toEqual(passes('server-full'))
  })
})

describe('a server that is stopped', () => {
  let world: FeedWorld
  let agent: Agent
  const start = async (options: WorldOptions = {}): Promise<void> => {
    agent = new Agent({ keepAlive: true })
    world = await FeedWorld.start(options)
  }
  afterEach(async () => {
    agent.destroy()
    await world.stop()
  })

  /** On a connection that is kept, when there is one. */
  const open = (path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request(world.url + path, { agent, headers }, resolve)
        .on('error', reject)
        .end()
    })
  const whole = async (response: IncomingMessage): Promise<Answer> => {
    const { statusCode: status = 0, headers } = response
    let text = ''
    for await (const part of response) text += String(part)
    return { status, headers, text }
  }
  /** What is sent over a connection of its own. */
  const raw = (): { readonly socket: Socket; readonly text: () => string } => {
    let text = ''
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
    socket.setEncoding('utf8').on('data', (part: string) => (text += part))
    return { socket, text: () => text }
  }
  const ended = (socket: Socket): Promise<void> =>
    new Promise((resolve) => socket.once('close', () => resolve()))

  test('R39: a stream that it has closed has no connection left to come back on', async () => {
    await start({ server: { drainMs: 1_000 } })
    const streams = await Promise.all([open(STREAM), open(STREAM)])
    expect(streams.map(({ headers }) => headers.connection)).toEqual(['close', 'close'])
    const closing = world.close()
    const texts = await Promise.all(streams.map(whole))
    for (const { text } of texts) expect(text).toContain('"closing"')
    const again = await open(STREAM).then(
      () => 'answered',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    )
    expect(again).toBe('ECONNREFUSED')
    await closing
  })

  test('R39: what still comes on an open connection is to come back, and the connection ends', async () => {
    await start({ server: { drainMs: 3_000 } })
    const streams = await Promise.all([world.stream(), world.stream()])
    await Promise.all(streams.map((stream) => stream.status('live')))
    const asked = `GET ${STREAM} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n`
    const sockets = [raw(), raw()]
    // The second request has come in part when the first is answered, so its connection is not idle.
    for (const { socket } of sockets)
      socket.write(`GET /feeds HTTP/1.1\r\nHost: localhost\r\n\r\n${asked}`)
    for (const { text } of sockets)
      await waitFor('the first answer', () => text().includes('"feeds"'))
    const closing = world.close()
    await waitFor('the drain to begin', () =>
      streams.some(({ statuses }) => statuses.includes('closing')),
    )
    const [browser, other] = sockets
    const ends = sockets.map(({ socket }) => ended(socket))
    browser?.socket.write('\r\n')
    other?.socket.write('Accept: application/problem+json\r\n\r\n')
    await Promise.all(ends)
    expect(browser?.text().split('HTTP/1.1 ')[2]).toMatch(
      /^200 OK\r\n[^]*feed-problem: urn:facts:draining\r\n[^]*connection: close\r\n[^]*retry: \d+\n$/i,
    )
    expect(other?.text().split('HTTP/1.1 ')[2]).toMatch(
      /^503 [^]*connection: close\r\n[^]*urn:facts:draining/i,
    )
    await closing
  })

  test('R39: what was asked before is answered, and its connection ends', async () => {
    await start({ server: { drainMs: 3_000 } })
    const streams = await Promise.all([world.stream(), world.stream()])
    await Promise.all(streams.map((stream) => stream.status('live')))
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const { hub } = world
    const head = hub.head.bind(hub)
    const asking = jest.spyOn(hub, 'head').mockImplementation(async () => {
      await gate
      return head()
    })
    const { socket, text } = raw()
    const end = ended(socket)
    socket.write(`GET ${PAGES}/cursor HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await waitFor('it to be asked', () => asking.mock.calls.length > 0)
    const closing = world.close()
    await waitFor('the drain to begin', () =>
      streams.some(({ statuses }) => statuses.includes('closing')),
    )
    release()
    await end
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*"head"/i)
    await closing
  })

  test('R39: long polls are answered at once, with their connection', async () => {
    await start({ server: { drainMs: 1_000 } })
    const poll = open(`${PAGES}?start=now&timeout=45000`)
    await waitFor('it to wait', () => world.hub.listenerCount('moved') > 0)
    const closing = world.close()
    const { status, headers, text } = await whole(await poll)
    expect([status, headers.connection]).toEqual([200, 'close'])
    expect(JSON.parse(text)).toMatchObject({ events: [], has_next: false })
    await closing
  })
})
