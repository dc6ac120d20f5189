import { Server as HttpServer } from 'node:http'
import { Server, connect } from 'node:net'
import { FeedWorld, PAGES } from '../feed-world'

describe('a request that takes its time to arrive', () => {
  let world: FeedWorld
  beforeAll(async () => {
    const arrival = { headersMs: 200, requestMs: 400, checkMs: 50 }
    world = await FeedWorld.start({ server: { arrival } })
  })
  afterAll(() => world.stop())

  /** Sends the bytes, and then one more every few milliseconds; gives what is answered until the connection is closed. */
  function drip(bytes: string): Promise<string> {
    const { port } = new URL(world.url)
    return new Promise((resolve) => {
      let answer = ''
      let dripping: NodeJS.Timeout | undefined
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(bytes)
        dripping = setInterval(() => socket.write('a'), 20)
      })
      socket.on('error', () => undefined)
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
      socket.on('close', () => {
        clearInterval(dripping)
        resolve(answer)
      })
    })
  }

  const headers = 'Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n'

  test.each([
    ['headers', 'GET /feeds HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '],
    ['a body', `POST ${PAGES} HTTP/1.1\r\n${headers}\r\n{`],
  ])(
    'R44: %s that never end are given up, though something comes all the time',
    async (_, bytes) => {
      const answer = await drip(bytes)
      expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*connection: close[^]*urn:facts:request-timeout/i)
      expect((await world.get('/feeds')).status).toBe(200)
    },
  )
})

test('R44: headers have ten seconds to arrive, and a request thirty', async () => {
  const listening = jest.spyOn(Server.prototype, 'listen')
  const world = await FeedWorld.start()
  try {
    const limits = listening.mock.contexts.flatMap((server) =>
      server instanceof HttpServer ? [[server.headersTimeout, server.requestTimeout]] : [],
    )
    expect(limits).toEqual([[10_000, 30_000]])
  } finally {
    listening.mockRestore()
    await world.stop()
  }
})
