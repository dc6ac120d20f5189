import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import defaultSocketFactory from 'kafkajs/src/network/socketFactory'
import OriginalConnection from 'kafkajs/src/network/connection'
import Connection from '../../../../src/broker/kafka/kafkajs/replacements/connection'
import { waitFor } from '../../../support/wait-for'

/* Both against a TCP server that answers as a broker does: size, correlation id, payload. */
const REQUEST = {
  request: {
    apiKey: 3,
    apiVersion: 0,
    apiName: 'Test',
    encode: () => Promise.resolve(encoded('')),
  },
  response: {
    decode: (bytes: Buffer) => Promise.resolve({ text: bytes.toString(), throttle: 0 }),
    parse: ({ text }: { readonly text: string }) => Promise.resolve(text),
  },
}
const TIMEOUT_MS = 150

type Answer = (socket: Socket, correlationId: number) => void

let server: Server
let sockets: Socket[]
let connections: OriginalConnection[]
/** The responses to the requests of the test, in order; the last one repeats. */
let answers: Answer[]

beforeEach(async () => {
  sockets = []
  connections = []
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      // size, api key, api version, correlation id
      for (let at = 0; at < bytes.length; at += 4 + bytes.readInt32BE(at)) {
        const answer = answers.length > 1 ? answers.shift() : answers[0]
        answer?.(socket, bytes.readInt32BE(at + 8))
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  for (const connection of connections) {
    connection.socket?.destroy()
    // It looks after the time of requests until the connection is closed.
    connection.requestQueue.destroy()
  }
  for (const socket of sockets) socket.destroy()
  server.close()
  await once(server, 'close')
})

function connectionOf(Class: typeof OriginalConnection): OriginalConnection {
  const address = server.address()
  const log = (): void => undefined
  const logger = { debug: log, error: log, warn: log, namespace: () => logger }
  const connection = new Class({
    host: '127.0.0.1',
    port: typeof address === 'object' ? address?.port : 0,
    logger,
    socketFactory: defaultSocketFactory(),
    clientId: 'test',
    requestTimeout: TIMEOUT_MS,
    connectionTimeout: 1_000,
  })
  connections.push(connection)
  return connection
}

function encoded(text: string): { readonly buffer: Buffer } {
  return { buffer: Buffer.from(text) }
}

function response(correlationId: number, text: string): Buffer {
  const payload = Buffer.from(text)
  const bytes = Buffer.alloc(8 + payload.length)
  bytes.writeInt32BE(4 + payload.length, 0)
  bytes.writeInt32BE(correlationId, 4)
  payload.copy(bytes, 8)
  return bytes
}

const whole: Answer = (socket, id) => socket.write(response(id, 'whole'))
const cutOff: Answer = (socket, id) =>
  socket.write(response(id, 'never to be read to its end').subarray(0, 15), () => socket.destroy())
const silent: Answer = () => undefined

const nameOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error as Error).name,
  )

async function afterACutOff(connection: OriginalConnection): Promise<unknown> {
  answers = [cutOff, whole]
  await connection.connect()
  await connection.send(REQUEST).catch(() => undefined)
  await waitFor('the connection to be lost', () => !connection.isConnected())
  await connection.connect()
  return connection.send(REQUEST)
}

test('a response that was cut off leaves nothing to the next connection', async () => {
  expect(await afterACutOff(connectionOf(Connection))).toBe('whole')
})

test("KafkaJS's own reads nothing any more after a response that was cut off", async () => {
  expect(await nameOf(afterACutOff(connectionOf(OriginalConnection)))).toBe(
    'KafkaJSRequestTimeoutError',
  )
})

test('those who connect at the same time share one connection', async () => {
  answers = [whole]
  const connection = connectionOf(Connection)
  await Promise.all([connection.connect(), connection.connect()])
  expect(await connection.send(REQUEST)).toBe('whole')
  expect(sockets).toHaveLength(1)
})

test('a request while the connection closes is refused', async () => {
  answers = [silent, whole]
  const connection = connectionOf(Connection)
  await connection.connect()
  const waiting = nameOf(connection.send(REQUEST))
  await waitFor('the request to be on its way', () => answers.length === 1)
  const closing = connection.disconnect()
  expect(await nameOf(connection.send(REQUEST))).toBe('KafkaJSConnectionClosedError')
  expect(await waiting).toBe('KafkaJSRequestTimeoutError')
  await closing
})

test('a connection on which a request has timed out is given up, and the next one works', async () => {
  answers = [silent, whole]
  const connection = connectionOf(Connection)
  await connection.connect()
  expect(await nameOf(connection.send(REQUEST))).toBe('KafkaJSRequestTimeoutError')
  expect(connection.isConnected()).toBe(false)
  await connection.connect()
  expect(await connection.send(REQUEST)).toBe('whole')
})

test('when a request has timed out, connections to that broker that were idle at the time are not trusted', async () => {
  answers = [whole, silent, whole]
  const idle = connectionOf(Connection)
  await idle.connect()
  await idle.send(REQUEST)
  const waiting = connectionOf(Connection)
  await waiting.connect()
  const timedOut = nameOf(waiting.send(REQUEST))
  expect(idle.isConnected()).toBe(true)
  await waitFor('the request to be on its way', () => answers.length === 1)
  const fresh = connectionOf(Connection)
  await fresh.connect()
  expect(await timedOut).toBe('KafkaJSRequestTimeoutError')
  expect([idle.isConnected(), fresh.isConnected()]).toEqual([false, true])
  await idle.connect()
  expect(await idle.send(REQUEST)).toBe('whole')
  expect(idle.isConnected()).toBe(true)
  expect(sockets).toHaveLength(4)
})

test('other requests fail with the connection that is given up', async () => {
  answers = [silent]
  const connection = connectionOf(Connection)
  await connection.connect()
  const first = nameOf(connection.send(REQUEST))
  await waitFor('the first to be half through its time', () => sockets.length === 1)
  const second = nameOf(connection.send(REQUEST))
  expect(await first).toBe('KafkaJSRequestTimeoutError')
  expect(await second).toMatch(/KafkaJS(RequestTimeout|ConnectionClosed)Error/)
})

test('a request that KafkaJS has forgotten ends all the same', async () => {
  answers = [silent]
  const connection = connectionOf(Connection)
  await connection.connect()
  const sending = nameOf(connection.send(REQUEST))
  await waitFor('the request to be on its way', () => sockets.length === 1)
  // As a late disconnect() does.
  connection.requestQueue.destroy()
  expect(await sending).toBe('KafkaJSConnectionClosedError')
  expect(connection.isConnected()).toBe(false)
})

test('a disconnect that waits for requests does not close the connection that was opened in that time', async () => {
  answers = [silent, whole]
  const connection = connectionOf(Connection)
  await connection.connect()
  const sending = nameOf(connection.send(REQUEST))
  await waitFor('the request to be on its way', () => answers.length === 1)
  const closing = connection.disconnect()
  expect(await sending).toBe('KafkaJSRequestTimeoutError')
  await connection.connect()
  await closing
  expect(await connection.send(REQUEST)).toBe('whole')
})

test('closing a closed connection leaves no listeners', async () => {
  answers = [whole]
  const connection = connectionOf(Connection)
  await connection.connect()
  for (let time = 0; time < 20; time += 1) await connection.disconnect()
  await waitFor('the socket to close', () => connection.socket?.destroyed === true)
  const before = connection.socket?.listenerCount('connect') ?? -1
  for (let time = 0; time < 20; time += 1) await connection.disconnect()
  expect(connection.socket?.listenerCount('connect')).toBe(before)
})
