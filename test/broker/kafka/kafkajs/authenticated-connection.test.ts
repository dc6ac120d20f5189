import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import OriginalConnection from 'kafkajs/src/network/connection'
import defaultSocketFactory from 'kafkajs/src/network/socketFactory'
import Connection from '../../../../src/broker/kafka/kafkajs/replacements/connection'
import { KafkaFrames, readRequest } from '../../../support/kafka-frames'
import { waitFor } from '../../../support/wait-for'

/* Against a server that takes SASL PLAIN as a broker does, and closes when something comes between its steps. */
const [METADATA, SASL_HANDSHAKE, SASL_AUTHENTICATE] = [3, 17, 36]
const REFUSED = 58
const NO_SUCH_MECHANISM = 33

type Served = 'handshake' | 'authenticate' | 'request'

let served: Served[]
/** Of a session, milliseconds. */
let lifetime: number
let refusal: number
/** A handshake is answered when it is fulfilled. */
let held: Promise<void> | undefined
/** Closes instead of answering. */
let silentAt: Served | undefined
let connections: OriginalConnection[]
const sockets: Socket[] = []

const server = createServer((socket) => {
  sockets.push(socket)
  socket.on('error', () => undefined)
  const frames = new KafkaFrames()
  let steps = 0
  socket.on('data', (bytes) => {
    for (const frame of frames.push(bytes)) {
      const { apiKey, correlationId } = readRequest(frame)
      const what =
        apiKey === SASL_HANDSHAKE
          ? 'handshake'
          : apiKey === SASL_AUTHENTICATE
            ? 'authenticate'
            : 'request'
      served.push(what)
      // Between the steps nothing else is taken (SaslServerAuthenticator.java).
      if (silentAt === what || (what === 'request' && steps % 2 === 1)) return socket.destroy()
      if (what !== 'request') steps += 1
      const answer = response(correlationId, BODY[what]())
      if (what === 'handshake' && held !== undefined) void held.then(() => socket.write(answer))
      else socket.write(answer)
    }
    return undefined
  })
})

const BODY: Readonly<Record<Served, () => Buffer>> = {
  handshake: () => {
    // error code, an array of one mechanism
    const body = Buffer.alloc(2 + 4 + 2)
    body.writeInt16BE(refusal === NO_SUCH_MECHANISM ? refusal : 0, 0)
    body.writeInt32BE(1, 2)
    body.writeInt16BE(5, 6)
    return Buffer.concat([body, Buffer.from('PLAIN')])
  },
  authenticate: () => {
    // error code, no message, no bytes, lifetime of the session
    const body = Buffer.alloc(2 + 2 + 4 + 8)
    body.writeInt16BE(refusal === REFUSED ? refusal : 0, 0)
    body.writeInt16BE(-1, 2)
    body.writeInt32BE(0, 4)
    body.writeBigInt64BE(BigInt(lifetime), 8)
    return body
  },
  request: () => Buffer.from('answer'),
}

function response(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length, 0)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, body])
}

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
beforeEach(() => {
  served = []
  connections = []
  lifetime = 0
  refusal = 0
  silentAt = undefined
  held = undefined
})
afterEach(() => {
  for (const connection of connections) {
    connection.socket?.destroy()
    connection.requestQueue.destroy()
  }
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(async () => {
  server.close()
  await once(server, 'close')
})

function connectionOf(Class: typeof OriginalConnection): OriginalConnection {
  const log = (): void => undefined
  const logger = { debug: log, error: log, warn: log, namespace: () => logger }
  const connection = new Class({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    logger,
    socketFactory: defaultSocketFactory(),
    clientId: 'test',
    requestTimeout: 1_000,
    connectionTimeout: 1_000,
    sasl: { mechanism: 'plain', username: 'me', password: 'secret' },
  })
  const versions = { minVersion: 0, maxVersion: 1 }
  const known = connection as OriginalConnection & {
    setVersions(versions: object): void
    setSupportAuthenticationProtocol(supported: boolean): void
  }
  known.setVersions({ [SASL_HANDSHAKE]: versions, [SASL_AUTHENTICATE]: versions })
  known.setSupportAuthenticationProtocol(true)
  connections.push(connection)
  return connection
}

/** A request that takes its time to be encoded. */
const request = (encoding: Promise<void> = Promise.resolve()): object => ({
  request: {
    apiKey: METADATA,
    apiVersion: 0,
    apiName: 'Test',
    encode: () => encoding.then(() => ({ buffer: Buffer.alloc(0) })),
  },
  response: {
    decode: (bytes: Buffer) => Promise.resolve({ text: bytes.toString() }),
    parse: ({ text }: { readonly text: string }) => Promise.resolve(text),
  },
})

const handshakes = (): number => served.filter((it) => it === 'handshake').length

const LIFETIME_MS = 300
/** By KafkaJS. */
const RENEWED_BEFORE_MS = 10_000
const expired = (connection: OriginalConnection): Promise<true> =>
  waitFor('the session to be old', () => !connection.isAuthenticated())

/** A request that is encoded while the session, good when it was asked for, is being renewed for another one. */
async function encodedMeanwhile(
  connection: OriginalConnection,
  session = LIFETIME_MS,
): Promise<readonly string[]> {
  lifetime = session
  await connection.connect()
  await connection.send(request())
  let encoded = (): void => undefined
  const slow = connection.send(request(new Promise((resolve) => (encoded = resolve))))
  await expired(connection)
  let answer = (): void => undefined
  held = new Promise((resolve) => (answer = resolve))
  const before = handshakes()
  const next = connection.send(request())
  const outcomes = Promise.allSettled([slow, next])
  await waitFor('the handshake', () => handshakes() > before)
  encoded()
  const between = waitFor('a request', () => served.at(-1) === 'request', 100)
  const came = await between.catch(() => false)
  answer()
  return [came ? 'between' : 'afterwards', ...(await outcomes).map(({ status }) => status)]
}

test('a request that is encoded while the session is renewed does not come between its steps', async () => {
  const [when, ...outcomes] = await encodedMeanwhile(connectionOf(Connection))
  expect(when).toBe('afterwards')
  expect(outcomes).toEqual(['fulfilled', 'fulfilled'])
})

test("KafkaJS's own sends it between them, and the broker closes the connection on both", async () => {
  const original = connectionOf(OriginalConnection)
  const [when, ...outcomes] = await encodedMeanwhile(original, RENEWED_BEFORE_MS + LIFETIME_MS)
  expect(when).toBe('between')
  expect(outcomes).toEqual(['rejected', 'rejected'])
})

test('requests that are sent at once share one authentication', async () => {
  const connection = connectionOf(Connection)
  await connection.connect()
  const answers = await Promise.all([1, 2, 3].map(() => connection.send(request())))
  expect(answers).toEqual(['answer', 'answer', 'answer'])
  expect(served).toEqual(['handshake', 'authenticate', 'request', 'request', 'request'])
})

test('a session is renewed when it is old, however short, and not for each request', async () => {
  lifetime = LIFETIME_MS
  const connection = connectionOf(Connection)
  await connection.connect()
  for (let time = 0; time < 5; time += 1) await connection.send(request())
  expect(handshakes()).toBe(1)
  await expired(connection)
  await connection.send(request())
  expect(handshakes()).toBe(2)
})

test("KafkaJS's own authenticates for each request when sessions are short", async () => {
  lifetime = LIFETIME_MS
  const connection = connectionOf(OriginalConnection)
  await connection.connect()
  for (let time = 0; time < 5; time += 1) await connection.send(request())
  expect(handshakes()).toBe(5)
})

test.each([
  ['a password', REFUSED, 'SASL_AUTHENTICATION_FAILED'],
  ['a mechanism', NO_SUCH_MECHANISM, 'UNSUPPORTED_SASL_MECHANISM'],
])('%s that the broker refuses is a refusal, for all who wait', async (_, code, type) => {
  refusal = code
  const connection = connectionOf(Connection)
  await connection.connect()
  const refused = { type, retriable: false }
  await Promise.all([
    expect(connection.authenticate()).rejects.toMatchObject(refused),
    expect(connection.send(request())).rejects.toMatchObject(refused),
  ])
})

test.each(['handshake', 'authenticate'] as const)(
  'a connection that is lost at the %s is an outage, and the next one authenticates again',
  async (step) => {
    silentAt = step
    const connection = connectionOf(Connection)
    await connection.connect()
    const lost: unknown = await connection.send(request()).catch((error: unknown) => error)
    expect(lost).toMatchObject({ name: 'KafkaJSConnectionClosedError', retriable: true })
    silentAt = undefined
    await waitFor('the end of the connection', () => !connection.isConnected())
    await connection.connect()
    expect(await connection.send(request())).toBe('answer')
  },
)
