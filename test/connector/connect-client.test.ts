import { connectClient } from '../../src/connector/connect-client'
import type { ConnectAnswer, FakeConnect } from '../support/fake-connect'
import { fakeConnect } from '../support/fake-connect'

const containing = (part: string): unknown => expect.stringContaining(part)
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern)

let server: FakeConnect
let answer: ConnectAnswer | undefined

beforeEach(async () => {
  answer = {}
  server = await fakeConnect(() => answer)
})
afterEach(() => server.stop())

test('puts settings where Connect creates or updates', async () => {
  await connectClient({ url: `${server.url}/` }).put('my connector', { a: 'b' })
  expect(server.requests).toEqual([
    { method: 'PUT', path: '/connectors/my%20connector/config', body: { a: 'b' } },
  ])
})

test.each([
  ['in keys', (url: string) => ({ url, username: 'me', password: 'p@ss' })],
  ['in the URL', (url: string) => ({ url: url.replace('http://', 'http://me:p%40ss@') })],
])('a user %s is named in the header of each request, and nowhere else', async (_, serviceAt) => {
  answer = { status: 401, body: { message: 'no' } }
  const client = connectClient(serviceAt(server.url))
  const refused: unknown = await client.state('c').catch((error: unknown) => error)
  expect(server.requests[0]?.authorization).toBe('Basic bWU6cEBzcw==')
  expect(refused).toMatchObject({
    code: 'NOT_AUTHORIZED',
    message: matching(/rejects the credentials \(401\).*connect\.username and connect\.password/),
  })
  expect(String(refused)).not.toMatch(/p@ss|p%40ss|me:/)
})

test.each([
  [{ body: { offsets: [{ partition: {}, offset: { lsn: 1 } }] } }, true],
  [{ body: { offsets: [] } }, false],
  [undefined, undefined],
])(
  'of the answer %j it is known whether the connector has come anywhere: %p',
  async (said, has) => {
    answer = said
    await expect(connectClient(server).hasOffsets('c')).resolves.toBe(has)
    expect(server.requests[0]).toMatchObject({ method: 'GET', path: '/connectors/c/offsets' })
  },
)

test('restarts only what failed, tasks too', async () => {
  await connectClient(server).restartFailed('c')
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    path: '/connectors/c/restart?includeTasks=true&onlyFailed=true',
  })
})

test('validation gives the refused settings with their reasons and leaves out the others', async () => {
  answer = {
    body: {
      error_count: 1,
      configs: [
        { value: { name: 'good', errors: [] } },
        { value: { name: 'bad', errors: ['too short', 'too blue'] } },
      ],
    },
  }
  await expect(connectClient(server).validate({ 'connector.class': 'a.B' })).resolves.toEqual([
    { field: 'bad', reasons: ['too short', 'too blue'] },
  ])
})

test('a connector that does not exist has neither settings nor state', async () => {
  answer = undefined
  const client = connectClient(server)
  await expect(client.config('c')).resolves.toBeUndefined()
  await expect(client.state('c')).resolves.toBeUndefined()
})

test('a plugin that the worker lacks is a refusal that names it', async () => {
  answer = undefined
  await expect(
    connectClient(server).validate({ 'connector.class': 'a.Missing' }),
  ).rejects.toMatchObject({
    code: 'CONNECTOR_REFUSED',
    message: containing('a.Missing'),
  })
})

test('a rebalance is a reason to wait, not a refusal', async () => {
  answer = { status: 409, body: { error_code: 409, message: 'rebalance is in process' } }
  await expect(connectClient(server).put('c', {})).rejects.toMatchObject({
    code: 'CONNECT_UNAVAILABLE',
    message: containing('rebalance is in process'),
  })
})

test('a bad request is a refusal with what Connect says', async () => {
  answer = { status: 400, body: { error_code: 400, message: 'Connector configuration is invalid' } }
  await expect(connectClient(server).put('c', {})).rejects.toMatchObject({
    code: 'CONNECTOR_REFUSED',
    message: containing('Connector configuration is invalid'),
  })
})

test('no server: the message names the URL, the reason and the setting', async () => {
  const { url } = server
  await server.stop()
  await expect(connectClient({ url }).state('c')).rejects.toMatchObject({
    code: 'CONNECT_UNAVAILABLE',
    message: matching(new RegExp(`${url} \\(ECONNREFUSED\\).*FACTS_CONNECT_URL`)),
  })
})

test('something else answering there is recognised', async () => {
  answer = { body: { hello: 'world' } }
  await expect(connectClient(server).state('c')).rejects.toMatchObject({
    message: containing('not a supported Kafka Connect'),
  })
})
