import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:net'
import { reachBroker } from '../../../src/broker/kafka/admin/reach-broker'

/** Takes connections and says nothing, as a broker does before the first request. */
let server: Server
let broker: string
/** Nothing listens here any more. */
let closed: string

const listening = async (): Promise<Server> => {
  const one = createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return one
}
const addressOf = (one: Server): string => `127.0.0.1:${(one.address() as AddressInfo).port}`

beforeAll(async () => {
  server = await listening()
  broker = addressOf(server)
  const other = await listening()
  closed = addressOf(other)
  await new Promise((resolve) => other.close(resolve))
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('one of several brokers suffices', async () => {
  expect(await reachBroker([closed, broker])).toBe(broker)
})

test('the connection that was tried is not left open', async () => {
  await reachBroker([broker])
  // Otherwise the server would not end, nor this test.
  await new Promise((resolve) => server.close(resolve))
  server = await listening()
  broker = addressOf(server)
})

test('without any it says where none is, why, and what to do', async () => {
  await expect(reachBroker([closed, 'nowhere.invalid:9092'])).rejects.toMatchObject({
    code: 'BROKER_UNAVAILABLE',
    message: `Kafka does not answer at ${closed} (connection refused), nowhere.invalid:9092 (unknown host). Start it (npm run stack, or docker compose up) or set kafka.brokers / FACTS_KAFKA_BROKERS.`,
  })
})
