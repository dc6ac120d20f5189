import { sampleConfig } from '../../support/sample-config'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { feedServer } from '../../../src/compose/feed'
import { FeedMetrics, createLogger } from '../../../src/telemetry'
import { waitFor } from '../../support/wait-for'
import { FeedWorld, PAGES, STREAM } from '../feed-world'
import type { WorldOptions } from '../feed-world'
import { TokenIssuer } from '../token-issuer'

/** Where no server answers. */
const verifier = new TokenIssuer().verifier({ jwksUrl: 'http://127.0.0.1:9/jwks' })

describe('the server', () => {
  let world: FeedWorld
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await FeedWorld.start(options)
  }
  afterEach(() => world.stop())

  const raw = (options: {
    path?: string
    method?: string
    headers?: Record<string, string>
    body?: string
  }) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
      (resolve, reject) => {
        const asked = request(world.url + (options.path ?? '/feeds'), options, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          )
        })
        asked.on('error', reject).end(options.body)
      },
    )

  test('R41: errors are problem+json, and tell nothing of the inside', async () => {
    await start()
    const response = await world.get('/feeds/nothing')
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(await response.json()).toEqual({
      type: 'urn:facts:not-found',
      title: expect.any(String),
      status: 404,
      detail: expect.any(String),
    })
  })

  test('R41: what is not the client’s mistake is internal, with a request id', async () => {
    await start()
    jest.spyOn(world.feed, 'select').mockImplementation(() => {
      throw new Error('a secret of the inside, at /home/someone')
    })
    const response = await world.get(PAGES)
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({
      type: 'urn:facts:internal',
      request: expect.any(String),
    })
    expect(text).not.toMatch(/secret|home/)
  })

  test('R42: listens on other addresses than loopback only with open access configured', async () => {
    const config = sampleConfig({ env: { FACTS_FEED_HOST: '0.0.0.0' } })
    const parts = {
      logger: createLogger({ level: 'silent', format: 'json' }),
      metrics: new FeedMetrics(),
    }
    await expect(feedServer({ config, ...parts })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await start()
  })

  test('R42: answers only requests that name a loopback host or one that is configured', async () => {
    await start({ server: { hosts: ['feed.example'] } })
    for (const host of ['localhost', '127.0.0.1:80', '[::1]:1', 'feed.example']) {
      expect((await raw({ headers: { host } })).status).toBe(200)
    }
    const foreign = await raw({ headers: { host: 'evil.example' } })
    expect([foreign.status, JSON.parse(foreign.text)]).toMatchObject([
      403,
      { type: 'urn:facts:host-refused' },
    ])
    expect(foreign.text).not.toContain('feed.example')
  })

  test.each([
    ['who listens on every address', { host: '0.0.0.0' }],
    ['who asks for tokens', { auth: verifier }],
  ])('R42: %s answers no other host either', async (_, options) => {
    await start({ server: options })
    world.url = world.url.replace('0.0.0.0', '127.0.0.1')
    const evil = { host: 'evil.example' }
    expect((await raw({ headers: evil })).status).toBe(403)
    expect((await raw({ headers: evil, path: '/' })).status).toBe(403)
    expect((await raw({ headers: evil, path: '/nothing' })).status).toBe(403)
    const preflight = { origin: 'http://evil.example', 'access-control-request-method': 'GET' }
    expect((await raw({ headers: { ...evil, ...preflight }, method: 'OPTIONS' })).status).toBe(403)
  })

  test('R43: sessions are counted for each address and consumer, and taken off when they end', async () => {
    await start({ server: { sessions: { total: 4, perAddress: 3, perConsumer: 1 } } })
    const first = await world.stream('', { 'x-consumer-id': 'a' })
    await first.status('live')
    const second = await world.get(STREAM, { headers: { 'x-consumer-id': 'a' } })
    expect([second.status, ((await second.json()) as { type: string }).type]).toEqual([
      429,
      'urn:facts:too-many-sessions',
    ])
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    const others = [await world.stream('?consumer=b'), await world.stream('?consumer=c')]
    await Promise.all(others.map((other) => other.status('live')))
    expect((await world.get(STREAM)).status).toBe(429)
    expect((await world.get(`${PAGES}?timeout=10`)).status).toBe(429)
    first.close()
    await waitFor('its place to be free', async () => {
      return (await world.stream('', { 'x-consumer-id': 'a' })).response.status === 200
    })
  })

  test('R43: a long poll gives its place back when it is answered', async () => {
    await start({ server: { sessions: { total: 1, perAddress: 1, perConsumer: 1 } } })
    const poll = async (): Promise<number> => (await world.get(`${PAGES}?timeout=1`)).status
    expect(await poll()).toBe(200)
    await waitFor('its place to be free', async () => (await poll()) === 200)
  })

  /** Whether a long poll is counted as from that address, of which one is allowed and another is under way. */
  async function isCounted(trustedProxies: readonly string[], forwarded: string): Promise<boolean> {
    const sessions = { total: 10, perAddress: 1, perConsumer: 10 }
    await start({ server: { sessions, trustedProxies } })
    const first = await world.stream('', { 'x-forwarded-for': '198.51.100.1' })
    await first.status('live')
    const second = await world.get(`${PAGES}?timeout=1`, {
      headers: { 'x-forwarded-for': forwarded },
    })
    first.close()
    return second.status === 429
  }

  test.each([
    ['of the same reader', '198.51.100.1', true],
    ['of another reader', '198.51.100.2', false],
    ['of a reader that names another before itself', '198.51.100.2, 198.51.100.1', true],
  ])('R43: behind a trusted proxy, sessions %s are counted as that', async (_, who, expected) => {
    expect(await isCounted(['127.0.0.0/8'], who)).toBe(expected)
  })

  test.each([[[]], [['10.0.0.0/8']]])(
    'R43: a client that is not a trusted proxy (%j) is counted by its own address, with any header',
    async (trusted) => {
      expect(await isCounted(trusted, '198.51.100.2')).toBe(true)
    },
  )

  test('R43: a server that is full says so, until there is room', async () => {
    await start({ server: { sessions: { total: 1, perAddress: 5, perConsumer: 5 } } })
    const first = await world.stream()
    await first.status('live')
    const second = await world.get(STREAM)
    expect([second.status, ((await second.json()) as { type: string }).type]).toEqual([
      503,
      'urn:facts:server-full',
    ])
    expect((await world.get(PAGES)).status).toBe(200)
    first.close()
    await waitFor('room', async () => (await world.stream()).response.status === 200)
  })

  test('R43: connections beyond those of its streams and a thousand are closed at once', async () => {
    await start({ server: { sessions: { total: 2, perAddress: 2, perConsumer: 2 } } })
    const port = Number(new URL(world.url).port)
    const open = (): Socket => connect(port, '127.0.0.1').on('error', () => undefined)
    const idle = Array.from({ length: 1_002 }, open)
    try {
      await waitFor('the connections', () => idle.every(({ connecting }) => !connecting))
      const one = open()
      idle.push(one)
      let answer = ''
      one.on('data', (bytes: Buffer) => (answer += bytes.toString()))
      await waitFor('the one too many to be closed', () => one.destroyed)
      // Not as one that sends no request, which gets a response after a while.
      expect(answer).toBe('')
      idle[0]!.destroy()
      await waitFor('the server to have room', async () =>
        world.get('/feeds', { headers: { connection: 'close' } }).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
    } finally {
      for (const socket of idle) socket.destroy()
    }
  })

  test('R44: headers, URL, body and methods are bounded', async () => {
    await start()
    const json = { 'content-type': 'application/json' }
    const statuses = [
      await raw({ headers: { 'x-large': 'x'.repeat(17_000) } }),
      await raw({ path: `${PAGES}?where=${'x'.repeat(9_000)}` }),
      await raw({
        path: PAGES,
        method: 'POST',
        headers: json,
        body: JSON.stringify({ where: 'x'.repeat(70_000) }),
      }),
      await raw({
        path: PAGES,
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body: '<a/>',
      }),
      await raw({ path: PAGES, method: 'POST', headers: json, body: '{"where":' }),
      await raw({ path: PAGES, method: 'POST', headers: json, body: '[1]' }),
      await raw({ path: PAGES, method: 'DELETE' }),
      await raw({ path: '/feeds/%zz' }),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([431, 414, 413, 415, 400, 400, 405, 400])
    for (const { text } of statuses) {
      expect((JSON.parse(text) as { type: string }).type).toMatch(/^urn:facts:[a-z-]+$/)
    }
  })

  test('R44: what is no HTTP is answered with a problem and a closed connection', async () => {
    await start()
    const { port } = new URL(world.url)
    const text = await new Promise<string>((resolve) => {
      let got = ''
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
      socket.on('data', (chunk) => (got += chunk.toString())).on('close', () => resolve(got))
    })
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*"type":"urn:facts:request-invalid"/)
  })

  test('R45: every answer may not be sniffed or stored', async () => {
    await start()
    for (const path of [
      '/',
      '/feeds',
      PAGES,
      '/nothing',
      `${PAGES}?colour=1`,
      `${STREAM}?until=head&start=now`,
      STREAM,
    ]) {
      const response = await world.get(path)
      await response.body?.cancel()
      const { headers } = response
      expect([path, headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual([
        path,
        'nosniff',
        'no-store',
      ])
    }
  })

  test('R45: other origins may read when they are on the list', async () => {
    await start({ server: { corsOrigins: ['https://app.example'] } })
    const from = async (origin: string, path = STREAM): Promise<Headers> => {
      const response = await world.get(path, { headers: { origin } })
      await response.body?.cancel()
      return response.headers
    }
    const allowed = await from('https://app.example')
    expect(allowed.get('access-control-allow-origin')).toBe('https://app.example')
    expect(allowed.get('access-control-expose-headers')).toMatch(/Feed-Start-Cursor/i)
    expect((await from('https://other.example')).get('access-control-allow-origin')).toBeNull()
    const preflight = await world.get(STREAM, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'last-event-id',
      },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/last-event-id/)
  })

  test('R46: the page may run its own script and connect to its own server, nothing else', async () => {
    await start()
    const response = await world.get('/')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(policy).toMatch(
      /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/,
    )
    expect(policy).not.toMatch(/unsafe/)
    expect(await response.text()).toMatch(/new EventSource/)
  })
})
