import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES, STREAM } from '../feed-world'

/** What no client sends by accident, over plain sockets. */
describe('a hostile client', () => {
  let world: FeedWorld
  const sockets: Socket[] = []
  beforeAll(async () => {
    world = await FeedWorld.start()
    await world.write({ id: 1n, title: 'a' }, { id: 2n, title: 'b' })
  })
  afterAll(() => world.stop())
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  function open(bytes: string | Buffer): Promise<Socket> {
    const { port } = new URL(world.url)
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(bytes)
        resolve(socket)
      })
      socket.once('error', reject)
      sockets.push(socket)
    })
  }

  /** Everything that is answered before the connection is closed. */
  async function answerTo(bytes: string | Buffer): Promise<string> {
    const socket = await open(bytes)
    return new Promise((resolve) => {
      let text = ''
      socket.on('error', () => undefined)
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
      socket.on('close', () => resolve(text))
    })
  }

  const HOST = 'Host: 127.0.0.1\r\n'
  const CLOSE = 'Connection: close\r\n'
  const get = (path: string, headers = ''): string =>
    `GET ${path} HTTP/1.1\r\n${HOST}${CLOSE}${headers}\r\n`
  const post = (headers: string, body: string): string =>
    `POST ${PAGES} HTTP/1.1\r\n${HOST}${CLOSE}${headers}\r\n${body}`
  const posted = (body: string): string =>
    post(`Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`, body)

  const statusOf = (answer: string): number => Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1])
  const many = (count: number, part: (index: number) => string, by = ''): string =>
    Array.from({ length: count }, (_, index) => part(index)).join(by)

  const refused: readonly (readonly [what: string, status: number, bytes: string | Buffer])[] = [
    ['a method in small letters', 400, get('/feeds').replace('GET', 'get')],
    ['a version that does not exist', 400, get('/feeds').replace('1.1', '9.9')],
    ['HTTP/0.9', 403, 'GET /feeds\r\n\r\n'],
    ['another protocol', 400, Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc])],
    ['two lengths', 400, post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}')],
    ['a length and chunks', 400, post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '{}')],
    ['an encoding that is not known', 400, post('Transfer-Encoding: xchunked\r\n', '{}')],
    [
      'a chunk that is none',
      400,
      post('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n'),
    ],
    ['a negative length', 400, post('Content-Length: -1\r\n', '')],
    ['a header with a blank in its name', 400, get('/feeds', 'X Y: 1\r\n')],
    ['a header with a NUL', 400, get('/feeds', 'X-Y: a\0b\r\n')],
    ['a line that is folded', 400, get('/feeds', 'X-Y: a\r\n b\r\nZ\r\n')],
    ['one huge header', 431, get('/feeds', `X-Y: ${'a'.repeat(20_000)}\r\n`)],
    [
      'many headers',
      431,
      get(
        '/feeds',
        many(5_000, (at) => `X-${at}: 1\r\n`),
      ),
    ],
    ['a long address', 414, get(`${PAGES}?where=${'a'.repeat(9_000)}`)],
    ['many parameters', 400, get(`${PAGES}?${many(3_900, () => 'a', '&')}`)],
    ['10,000 parameters', 431, get(`${PAGES}?${many(10_000, (at) => `p${at}=1`, '&')}`)],
    ['a parameter given twice', 400, get(`${PAGES}?page_size=1&page_size=1`)],
    ['a parameter given twice, once encoded', 400, get(`${PAGES}?page_size=1&%70age_size=1`)],
    ['a parameter as a list', 400, get(`${PAGES}?page_size[]=1`)],
    ['a parameter that objects have', 400, get(`${PAGES}?__proto__=1`)],
    ['another one', 400, get(`${PAGES}?constructor=1`)],
    ['another one on a stream', 400, get(`${STREAM}?__proto__=1`)],
    ['a parameter without a name', 400, get(`${PAGES}?=1`)],
    ['an escape that is none', 400, get(`${PAGES}?where=%zz`)],
    ['half an escape', 400, get(`${PAGES}?where=title%20==%20%22a%`)],
    ['an escape that is no UTF-8', 400, get(`${PAGES}?where=title%20==%20%22%ff%22`)],
    ['an escape that is no UTF-8 in a path', 400, get('/feeds/%ff')],
    ['a NUL in a path', 404, get('/feeds/primary%00')],
    ['a path upwards', 404, get('/feeds/../../etc/passwd')],
    ['an encoded path upwards', 404, get('/feeds/%2e%2e%2f%2e%2e%2fetc%2fpasswd')],
    ['a path with two slashes', 404, get('//feeds')],
    ['a feed that objects have', 404, get('/feeds/__proto__')],
    ['another such feed', 404, get('/feeds/constructor/stream')],
    ['a long subject', 400, get(`${PAGES}/facts/${'a'.repeat(3_000)}`)],
    ['a subject with a NUL', 404, get(`${PAGES}/facts/%00`)],
    ['a body that is cut JSON', 400, posted('{"where":')],
    ['a body that is deep', 400, posted(`{"where":${'['.repeat(30_000)}`)],
    [
      'a body that is deep and whole',
      400,
      posted(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
    ],
    ['a body that changes what objects are', 400, posted('{"__proto__":{"page_size":1}}')],
    ['a body with 5,000 parameters', 400, posted(`{${many(5_000, (at) => `"p${at}":1`, ',')}}`)],
    ['a body that is a number', 400, posted('7')],
    ['an empty body', 400, posted('')],
    ['a body that is too large', 413, posted(`{"where":"${'a'.repeat(70_000)}"}`)],
    [
      'a body in chunks that is too large',
      413,
      post(
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n',
        many(10, () => `4000\r\n${'a'.repeat(0x4000)}\r\n`),
      ),
    ],
    [
      'a body that is packed',
      400,
      post(
        'Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n',
        '\x1f\x8b',
      ),
    ],
    ['a tunnel', 405, get('127.0.0.1:22').replace('GET', 'CONNECT')],
    ['an expectation', 417, get('/feeds', 'Expect: something\r\n')],
    ['no host', 403, `GET /feeds HTTP/1.1\r\n${CLOSE}\r\n`],
  ]

  test.each(refused)('R44: %s is answered with a problem', async (_, status, bytes) => {
    const answer = await answerTo(bytes)
    expect(statusOf(answer)).toBe(status)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(/content-type: application\/problem\+json/i)
    expect(head).toMatch(/x-content-type-options: nosniff/i)
    expect(JSON.parse(body)).toMatchObject({ status, type: expect.stringMatching(/^urn:facts:/) })
    expect((await world.get(PAGES)).status).toBe(200)
  })

  test('R8: an answer to HTTP/1.0 is not in chunks', async () => {
    const page = await answerTo(`GET ${PAGES} HTTP/1.0\r\n${HOST}\r\n`)
    expect([statusOf(page), /transfer-encoding/i.test(page)]).toEqual([200, false])
    const stream = await answerTo(`GET ${STREAM}?start=earliest&until=head HTTP/1.0\r\n${HOST}\r\n`)
    expect([statusOf(stream), /transfer-encoding/i.test(stream)]).toEqual([200, false])
    expect(stream.match(/^event: add$/gm)?.length).toBe(2)
  })

  test('R44: a method that shows what was sent is not offered', async () => {
    const answer = await answerTo(get('/feeds', 'X-Secret: hidden\r\n').replace('GET', 'TRACE'))
    expect(answer).not.toContain('hidden')
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400)
  })

  test('R8: requests that come together are answered in their order', async () => {
    const pages = many(100, (at) => get(`${PAGES}?page_size=${at + 1}`).replace(CLOSE, ''))
    const answer = await answerTo(pages + get('/nothing'))
    const sizes = answer.match(/"events":\d+\}/g) ?? []
    expect(sizes.length).toBe(100)
    expect(sizes[0]).toBe('"events":1}')
    expect(sizes[99]).toBe('"events":2}')
    expect(answer).toMatch(/404 Not Found[\s\S]*not-found/)
  })

  test('R44: a body that is never finished delays no other request', async () => {
    const socket = await open(
      post('Content-Type: application/json\r\nContent-Length: 100\r\n', '{'),
    )
    expect((await world.get(PAGES)).status).toBe(200)
    socket.destroy()
    expect((await world.get(PAGES)).status).toBe(200)
  })

  test('R43: sessions of connections that were cut are no longer counted', async () => {
    const before = await sessions()
    for (let count = 0; count < 50; count += 1) await open(get(STREAM))
    await waitFor('the sessions', async () => (await sessions()) === before + 50)
    for (const socket of sockets) socket.destroy()
    await waitFor('their end', async () => (await sessions()) === before)
  })

  async function sessions(): Promise<number> {
    const { values } = await world.metrics.sessions.get()
    return values.reduce((sum, { value }) => sum + value, 0)
  }
})
