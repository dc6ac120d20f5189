import { connectClient } from '../../src/connect/connect-client'
import type { SuperviseOptions } from '../../src/connect/supervise'
import { supervise } from '../../src/connect/supervise'
import type { ConnectAnswer, FakeConnect } from '../support/fake-connect'
import { fakeConnect } from '../support/fake-connect'
import { waitFor } from '../support/wait-for'

type Life = 'runs' | 'failed' | 'busy' | 'missing'

let server: FakeConnect
let ending: AbortController
let lines: string[]
let life: Life
/** What a restart does. */
let onRestart: () => void

const restarts = (): number => server.requests.filter(({ method }) => method === 'POST').length

beforeEach(async () => {
  ending = new AbortController()
  lines = []
  life = 'runs'
  onRestart = () => (life = 'runs')
  server = await fakeConnect(({ method }): ConnectAnswer | undefined => {
    if (method === 'POST') {
      onRestart()
      return {}
    }
    if (life === 'missing') return undefined
    if (life === 'busy') return { status: 409, body: { message: 'rebalancing' } }
    const state = life === 'runs' ? 'RUNNING' : 'FAILED'
    const trace = 'org.postgresql.util.PSQLException: the database system is shutting down\n\tat x'
    const task = { id: 0, state, worker_id: 'w', ...(life === 'failed' ? { trace } : {}) }
    return { body: { name: 'c', connector: { state: 'RUNNING' }, tasks: [task] } }
  })
})
afterEach(async () => {
  ending.abort()
  await server.stop()
})

const start = (options: Partial<SuperviseOptions> = {}): Promise<void> =>
  supervise({
    client: connectClient(server),
    name: 'c',
    signal: ending.signal,
    say: (line) => lines.push(line),
    ...{ intervalMs: 5, backOffMs: 1, ...options },
  })
const said = (text: string): Promise<unknown> =>
  waitFor(`a line with "${text}"`, () => lines.some((line) => line.includes(text)), 5_000)

test('a task that failed is restarted, and the reason is said', async () => {
  life = 'failed'
  const over = start()
  await said('Connector c runs')
  ending.abort()
  await over
  expect(restarts()).toBe(1)
  expect(lines[0]).toBe(
    'task 0 of connector c has failed: PSQLException: the database system is shutting down',
  )
})

test('a connector that runs is left alone', async () => {
  const over = start()
  await waitFor('several looks', () => server.requests.length > 5, 5_000)
  ending.abort()
  await over
  expect(restarts()).toBe(0)
  expect(lines).toEqual(['Connector c runs'])
})

test('restarts that do not help end with the trace', async () => {
  life = 'failed'
  onRestart = () => undefined
  await expect(start({ patience: 3 })).rejects.toMatchObject({
    code: 'CONNECTOR_FAILED',
    message: expect.stringContaining('shutting down'),
  })
  expect(restarts()).toBe(3)
})

test('failures with the connector running in between do not add up', async () => {
  const over = start({ patience: 1 })
  for (let failure = 1; failure <= 3; failure += 1) {
    lines.length = 0
    life = 'failed'
    await said('Connector c runs')
  }
  ending.abort()
  await over
  expect(restarts()).toBe(3)
})

test('an outage of Connect, or a connector that is not there, is waited out', async () => {
  life = 'busy'
  const over = start()
  await said('rebalancing')
  life = 'missing'
  await said('There is no connector c')
  life = 'runs'
  await said('Connector c runs')
  ending.abort()
  await over
})
