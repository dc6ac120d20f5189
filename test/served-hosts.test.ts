import { sampleConfig } from './support/sample-config'
import { hostname } from 'node:os'
import { connect } from 'node:net'
import type { HealthServer } from '../src/health-server'
import { startHealthServer } from '../src/health-server'
import { ServedHosts } from '../src/served-hosts'

const LISTENING = { host: '0.0.0.0', hosts: ['feed.example', 'FD00::0:1'] }

const serves = (headers: readonly string[], url = '/', localAddress = '::ffff:10.0.0.7'): boolean =>
  new ServedHosts(LISTENING).serves({
    rawHeaders: headers.flatMap((value) => ['hOsT', value]),
    url,
    socket: { localAddress },
  })

describe('the hosts that a server answers to', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'localhost:8090',
    'localhost:',
    '127.0.0.1',
    '127.1.2.3:1',
    '[::1]',
    '[::1]:8090',
    '[0:0:0:0:0:0:0:1]',
    'feed.example',
    'Feed.Example.:443',
    '[fd00::1]:80',
    hostname(),
    '10.0.0.7:9465',
  ])('%s is served', (host) => {
    expect(serves([host])).toBe(true)
  })

  test.each([
    'evil.example',
    'evil.example:8090',
    'localhost.evil.example',
    'a.feed.example',
    '10.0.0.8',
    '0.0.0.0',
    '[::2]',
    '[::1',
    '::1',
    '127.0.0.1.evil.example',
    '127.1',
    '',
    ':80',
    '.',
    'localhost:x',
    'localhost:123456',
    'localhost..',
    'localhost@evil.example',
    'evil.example@localhost',
    'localhost, evil.example',
    'localhost/evil',
    'localhost evil.example',
    '[::1%lo]',
    '2130706433',
    '0x7f.0.0.1',
  ])('"%s" is refused', (host) => {
    expect(serves([host])).toBe(false)
  })

  test('no Host line, or two of them, is refused', () => {
    expect(serves([])).toBe(false)
    expect(serves(['localhost', 'evil.example'])).toBe(false)
    expect(serves(['localhost', 'localhost'])).toBe(false)
  })

  test.each([
    ['http://localhost:8090/feeds', true],
    ['http://feed.example', true],
    ['http://evil.example/feeds', false],
    ['HTTP://evil.example:80?a=http://localhost/', false],
    ['http://localhost@evil.example/', false],
    ['ws:evil.example/', false],
    ['/http://evil.example/', true],
  ])('the absolute address %s is held against the names too: %s', (url, expected) => {
    expect(serves(['localhost'], url)).toBe(expected)
  })

  test('the name that it listens on is served', () => {
    const request = { rawHeaders: ['Host', 'inner.example'], url: '/', socket: {} }
    expect(new ServedHosts({ host: 'inner.example', hosts: [] }).serves(request)).toBe(true)
  })
})

test.each([
  [[], 'feed.example, facts', ['feed.example', 'facts']],
  [['::1', '[fd00::1]'], '10.0.0.1', ['10.0.0.1']],
])('names are given as a list, in the environment separated by commas', (_, text, expected) => {
  const env = { FACTS_HOME: '/nonexistent', FACTS_FEED_HOSTS: text }
  expect(sampleConfig({ env }).feed.hosts).toEqual(expected)
})

test.each(['http://feed.example', 'feed.example:80', 'feed.example/x', 'user@feed', ''])(
  'the host "%s" is refused, with its key',
  (name) => {
    const env = { FACTS_HOME: '/nonexistent', FACTS_FEED_HOSTS: name }
    expect(() => sampleConfig({ env })).toThrow(/feed\.hosts\.0: expected the name or the address/)
  },
)

describe('the server of health and metrics', () => {
  let health: HealthServer
  beforeAll(async () => {
    health = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      hosts: ['metrics.example'],
      metrics: () => Promise.resolve('a_metric 1\n'),
      ready: () => true,
      status: () => ({}),
      check: () => Promise.resolve({}),
    })
  })
  afterAll(() => health.close())

  /** Status line of the answer to these bytes. */
  const statusOf = (head: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname: host, port } = new URL(health.url)
      let text = ''
      connect(Number(port), host)
        .setEncoding('utf8')
        .on('error', reject)
        .on('data', (chunk: string) => (text += chunk))
        .on('close', () => resolve(Number(text.split(' ')[1])))
        .end(`${head}\r\nConnection: close\r\n\r\n`)
    })

  test.each(['/healthz', '/readyz', '/metrics', '/health'])('%s has the same names', async (at) => {
    expect(await statusOf(`GET ${at} HTTP/1.1\r\nHost: localhost`)).toBe(200)
    expect(await statusOf(`GET ${at} HTTP/1.1\r\nHost: metrics.example:9464`)).toBe(200)
    expect(await statusOf(`GET ${at} HTTP/1.1\r\nHost: evil.example`)).toBe(403)
    expect(await statusOf(`GET ${at} HTTP/1.1\r\nHost: localhost\r\nHost: evil.example`)).toBe(403)
    expect(await statusOf(`GET http://evil.example${at} HTTP/1.1\r\nHost: localhost`)).toBe(403)
    expect(await statusOf(`GET ${at} HTTP/1.0`)).toBe(403)
  })

  test('an address where nothing is does not answer others either', async () => {
    expect(await statusOf('GET /nothing HTTP/1.1\r\nHost: localhost')).toBe(404)
    expect(await statusOf('GET /nothing HTTP/1.1\r\nHost: evil.example')).toBe(403)
    expect(await statusOf('POST /metrics HTTP/1.1\r\nHost: evil.example')).toBe(403)
  })
})
