import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'
import type OriginalConnection from 'kafkajs/src/network/connection'
import defaultSocketFactory from 'kafkajs/src/network/socketFactory'
import Connection from '../../../../src/broker/kafka/kafkajs/replacements/connection'
import type { Certificate } from '../../../support/certificates'
import { authority, certificate } from '../../../support/certificates'
import { waitFor } from '../../../support/wait-for'

const TIMEOUT_MS = 500

let ca: Certificate
let broker: Certificate
let server: Server
let connections: OriginalConnection[]
let sockets: Socket[]

beforeAll(async () => {
  ca = await authority('brokers')
  broker = await certificate('broker', { by: ca, names: ['localhost'] })
})
beforeEach(() => {
  connections = []
  sockets = []
})
afterEach(async () => {
  for (const connection of connections) {
    connection.socket?.destroy()
    connection.requestQueue.destroy()
  }
  for (const socket of sockets) socket.destroy()
  server.close()
  await once(server, 'close')
})

async function listen(): Promise<void> {
  server = createServer({ cert: broker.cert, key: broker.key }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
  })
  server.listen(0)
  await once(server, 'listening')
}

function connectionTo(host: string, tls = true): OriginalConnection {
  const log = (): void => undefined
  const logger = { debug: log, error: log, warn: log, namespace: () => logger }
  const connection = new Connection({
    host,
    port: (server.address() as AddressInfo).port,
    logger,
    clientId: 'test',
    socketFactory: defaultSocketFactory(),
    ...(tls ? { ssl: { ca: ca.cert } } : {}),
    requestTimeout: TIMEOUT_MS,
    connectionTimeout: TIMEOUT_MS,
  })
  connections.push(connection)
  return connection
}

test('the broker receives the requested server name', async () => {
  await listen()
  await connectionTo('localhost').connect()
  await waitFor('the connection', () => sockets.length === 1)
  expect((sockets[0] as Socket & { servername?: string }).servername).toBe('localhost')
})

test('a lost connection is reopened with TLS', async () => {
  await listen()
  const connection = connectionTo('localhost')
  for (const times of [1, 2]) {
    await connection.connect()
    await waitFor('the connection', () => sockets.length === times)
    sockets.at(-1)?.destroy()
    await waitFor('its end', () => !connection.isConnected())
  }
})

test('a certificate for another name is refused for good', async () => {
  await listen()
  await expect(connectionTo('127.0.0.1').connect()).rejects.toMatchObject({
    name: 'KafkaJSConnectionError',
    type: 'TLS_OTHER_NAME',
    retriable: false,
  })
})

test('a listener that answers the handshake with nothing may have no TLS', async () => {
  server = createPlainServer((socket) => sockets.push(socket))
  server.listen(0)
  await once(server, 'listening')
  const connecting = connectionTo('localhost').connect()
  await expect(connecting).rejects.toMatchObject({ retriable: true })
  await expect(connecting).rejects.toThrow(/^Connection timeout .*Then set kafka\.tls to false/)
})

test('listeners for the end of a socket are called when the connection is abandoned', async () => {
  await listen()
  const connection = connectionTo('localhost')
  await connection.connect()
  const closed = jest.fn()
  connection.socket?.once('close', closed)
  // Another one takes its place.
  connection.connectionStatus = 'disconnected'
  await connection.connect()
  await waitFor('the end of the first', () => closed.mock.calls.length === 1)
})
