import type { AddressInfo } from 'node:net'
import { createServer, Socket } from 'node:net'
import { kafkaCluster } from '../../../src/broker/kafka/client/kafka-cluster'
import { Sockets } from '../../../src/broker/kafka/client/sockets'
import { createLogger } from '../../../src/telemetry'
import { waitFor } from '../../support/wait-for'

/** A broker that takes connections and says nothing. */
const connections = new Set<Socket>()
const server = createServer((socket) => {
  connections.add(socket)
  socket.resume()
  socket.on('error', () => undefined)
  socket.on('close', () => connections.delete(socket))
})

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterEach(() => connections.forEach((socket) => socket.destroy()))
afterAll(() => new Promise((resolve) => server.close(resolve)))

const address = (): { readonly host: string; readonly port: number } => ({
  host: '127.0.0.1',
  port: (server.address() as AddressInfo).port,
})

const NO_TLS = undefined as never
const FIRST_RETRY_MS = 50

test('a disconnected cluster opens no connection for operations that it had begun', async () => {
  const { host, port } = address()
  const logger = createLogger({ level: 'silent', format: 'json' })
  const brokers = [`${host}:${port}`]
  const cluster = kafkaCluster({ brokers, clientId: 'test', logger, retries: 3 })
  // Tries again what the broker does not answer.
  const connecting = cluster.connect().catch((error: unknown) => error)
  await waitFor('a connection', () => connections.size > 0)
  const disconnecting = cluster.disconnect()
  connections.forEach((socket) => socket.destroy())
  await disconnecting
  await waitFor('the end of the connection', () => connections.size === 0)
  await expect(
    waitFor('another one', () => connections.size > 0, 10 * FIRST_RETRY_MS),
  ).rejects.toThrow('in vain')
  expect(await connecting).toBeInstanceOf(Error)
})

test('an attempt of a disconnected cluster is not repeated', async () => {
  const logger = createLogger({ level: 'silent', format: 'json' })
  // For half a minute otherwise: nothing listens there.
  const cluster = kafkaCluster({ brokers: ['127.0.0.1:1'], clientId: 'test', logger })
  const connecting = cluster.connect().catch((error: unknown) => error)
  await cluster.disconnect()
  expect(await connecting).toMatchObject({ name: 'KafkaJSConnectionError', retriable: false })
})

test('a disconnected cluster looks up no coordinator', async () => {
  const { host, port } = address()
  const logger = createLogger({ level: 'silent', format: 'json' })
  const cluster = kafkaCluster({ brokers: [`${host}:${port}`], clientId: 'test', logger })
  await cluster.disconnect()
  const looking = cluster.findGroupCoordinator({ groupId: 'group', coordinatorType: 0 })
  await expect(looking).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' })
})

test('nothing is opened after the end, and an attempt fails with that reason', async () => {
  const sockets = new Sockets()
  sockets.close()
  const onConnect = jest.fn()
  const socket = sockets.factory({ ...address(), ssl: NO_TLS, onConnect })
  const error = await new Promise<Error>((resolve) => socket.once('error', resolve))
  expect(error.message).toBe('The client was closed')
  expect(onConnect).not.toHaveBeenCalled()
  expect(connections.size).toBe(0)
})

test('a connection that was made while others were ended is not forgotten', async () => {
  const sockets = new Sockets()
  const connected = new Promise<void>((resolve) => {
    sockets.factory({ ...address(), ssl: NO_TLS, onConnect: resolve })
  })
  await connected
  await waitFor('a connection', () => connections.size === 1)
  sockets.close()
  await waitFor('its end', () => connections.size === 0)
})

test('a request is not held back until the one before it is acknowledged', () => {
  const setNoDelay = jest.spyOn(Socket.prototype, 'setNoDelay')
  const sockets = new Sockets()
  sockets.factory({ ...address(), ssl: NO_TLS, onConnect: () => undefined })
  const { calls } = setNoDelay.mock
  sockets.close()
  setNoDelay.mockRestore()
  expect(calls).toEqual([[true]])
})
