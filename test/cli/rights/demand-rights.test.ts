import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:net'
import type { AppConfig } from '../../../src/app/app-config'
import { demandRights } from '../../../src/cli/rights/demand-rights'
import { sampleConfig } from '../../support/sample-config'

/** Takes connections and answers nothing, as the port of a container does whose broker is still starting. */
let silent: Server
let config: (port: number) => AppConfig
const NOTHING_LISTENS = 1

beforeAll(async () => {
  silent = createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const sample = sampleConfig()
  config = (port) => ({ ...sample, kafka: { ...sample.kafka, brokers: [`127.0.0.1:${port}`] } })
})
afterAll(() => new Promise((resolve) => silent.close(resolve)))

const remedy = 'Start it (npm run stack, or docker compose up) or set kafka.brokers'

test('without Kafka a verb ends with where it was looked for and what to do', async () => {
  const said: string[] = []
  await expect(
    demandRights(config(NOTHING_LISTENS), 'watch', { say: (line) => said.push(line) }),
  ).rejects.toMatchObject({
    code: 'BROKER_UNAVAILABLE',
    message: expect.stringContaining(
      `Kafka does not answer at 127.0.0.1:1 (connection refused). ${remedy}`,
    ) as string,
  })
  expect(said).toEqual([])
})

test('without Kafka a service says the same, and that it waits', async () => {
  const said: string[] = []
  await demandRights(config(NOTHING_LISTENS), 'pipeline', {
    waits: true,
    say: (line) => said.push(line),
  })
  expect(said).toEqual([
    expect.stringMatching(/^Kafka does not answer at 127.0.0.1:1 .* Waiting for it\.$/),
  ])
})

test('a port that takes connections and does not answer is said, and waited for', async () => {
  const { port } = silent.address() as AddressInfo
  const said: string[] = []
  await demandRights(config(port), 'provision', { say: (line) => said.push(line) })
  expect(said).toEqual([
    expect.stringMatching(/^Kafka at 127.0.0.1:\d+ accepts connections but does not answer\./),
  ])
})
