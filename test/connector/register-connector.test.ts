import { sampleConfig } from '../support/sample-config'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppConfig } from '../../src/app/app-config'
import { connectorStatus } from '../../src/connector/connector-status'
import { registerConnector } from '../../src/connector/register-connector'
import type { ConnectAnswer, ConnectRequest, FakeConnect } from '../support/fake-connect'
import { fakeConnect } from '../support/fake-connect'

const containing = (part: string): unknown => expect.stringContaining(part)
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern)

const FILE = { name: 'c', config: { 'connector.class': 'a.B', size: '1' } }
const TRACE = 'a.b.SomeException: the publication is missing\n\tat a.b.C.d(C.java:1)'

/** Kafka Connect with one connector: what is registered, and the task states it goes through, the last one staying. */
class Worker {
  settings: Record<string, string> | undefined
  states: string[] = ['RUNNING']
  refused: { readonly name: string; readonly errors: readonly string[] }[] = []
  trace = TRACE
  /** Answers with 409 this often first. */
  busy = 0

  answer = ({ method, path, body }: ConnectRequest): ConnectAnswer | undefined => {
    if (this.busy-- > 0) return { status: 409, body: { message: 'rebalancing' } }
    if (path.endsWith('/validate')) {
      return { body: { configs: this.refused.map((value) => ({ value })) } }
    }
    if (method === 'PUT' && path.endsWith('/config')) this.settings = body as Record<string, string>
    if (this.settings === undefined) return undefined
    if (path.endsWith('/resume')) this.states = ['RUNNING']
    if (path.includes('/restart')) return { status: 202, body: this.state() }
    return path.endsWith('/config') ? { body: this.settings } : { body: this.state() }
  }

  private state(): unknown {
    const state = this.states.length > 1 ? this.states.shift() : this.states[0]
    return {
      name: 'c',
      connector: {
        state: state === 'PAUSED' || state === 'STOPPED' ? state : 'RUNNING',
        worker_id: 'w',
      },
      tasks:
        state === 'STOPPED'
          ? []
          : [
              {
                id: 0,
                state,
                worker_id: 'w',
                ...(state === 'FAILED' ? { trace: this.trace } : {}),
              },
            ],
    }
  }
}

let folder: string
let file: string
let worker: Worker
let server: FakeConnect
let config: AppConfig
let said: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'register-'))
  file = join(folder, 'c.json')
  writeFileSync(file, JSON.stringify(FILE))
  worker = new Worker()
  server = await fakeConnect((request) => worker.answer(request))
  // No database there: one that runs on this machine by chance would be asked about its slots.
  const database = { FACTS_DATABASE_URL: 'postgres://127.0.0.1:1/none' }
  config = sampleConfig({
    env: { FACTS_HOME: folder, FACTS_CONNECT_URL: server.url, ...database },
  })
  said = []
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const register = (timeout = 10_000): ReturnType<typeof registerConnector> =>
  registerConnector({ config, file, timeout, settle: 100, onProgress: (line) => said.push(line) })
const puts = (): number =>
  server.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('c/config')).length
const restarts = (): number =>
  server.requests.filter(({ path }) => path.includes('/restart')).length

test('a connector that is not there is created with its name and settings', async () => {
  await expect(register()).resolves.toEqual({ name: 'c', outcome: 'created' })
  expect(worker.settings).toEqual({ name: 'c', ...FILE.config })
  expect(said).toContain('c: connector RUNNING, task 0 RUNNING')
})

test('a connector with other settings is updated', async () => {
  worker.settings = { name: 'c', 'connector.class': 'a.B', size: '2' }
  await expect(register()).resolves.toEqual({ name: 'c', outcome: 'updated' })
  expect(worker.settings).toEqual({ name: 'c', ...FILE.config })
})

test('after an update the state from before it is not believed', async () => {
  worker.settings = { name: 'c', 'connector.class': 'a.B', size: '2' }
  worker.states = ['RUNNING', 'RUNNING', 'FAILED']
  await expect(register()).rejects.toMatchObject({ code: 'CONNECTOR_FAILED' })
})

test('a setting that the file no longer has is an update too', async () => {
  worker.settings = { name: 'c', ...FILE.config, gone: 'x' }
  await expect(register()).resolves.toMatchObject({ outcome: 'updated' })
})

test('registering again changes nothing and restarts nothing', async () => {
  worker.settings = { name: 'c', ...FILE.config }
  await expect(register()).resolves.toEqual({ name: 'c', outcome: 'unchanged' })
  expect({ puts: puts(), restarts: restarts() }).toEqual({ puts: 0, restarts: 0 })
})

test('a failed task is restarted, and counts as running only when it stays so', async () => {
  worker.settings = { name: 'c', ...FILE.config }
  worker.states = ['FAILED', 'RESTARTING', 'RUNNING', 'FAILED']
  await expect(register()).rejects.toMatchObject({ code: 'CONNECTOR_FAILED' })
  expect(restarts()).toBe(1)
})

test('an old failure seen right after the restart is not believed', async () => {
  worker.settings = { name: 'c', ...FILE.config }
  worker.states = ['FAILED', 'FAILED', 'FAILED', 'RESTARTING', 'RUNNING']
  await expect(register()).resolves.toMatchObject({ outcome: 'unchanged' })
})

test('a failure comes with the lines of the trace that matter', async () => {
  worker.states = ['FAILED']
  await expect(register()).rejects.toMatchObject({
    code: 'CONNECTOR_FAILED',
    message: matching(
      /task 0 of connector c failed:\n {2}SomeException: the publication is missing\nFix/,
    ),
  })
})

test('refused settings are named with their reasons, and nothing is registered', async () => {
  worker.refused = [{ name: 'size', errors: ['must be even'] }]
  await expect(register()).rejects.toMatchObject({
    code: 'CONNECTOR_REFUSED',
    message: containing('\n  size: must be even'),
  })
  expect(puts()).toBe(0)
})

test('a rebalance is waited out', async () => {
  worker.busy = 3
  await expect(register()).resolves.toMatchObject({ outcome: 'created' })
  expect(said).toContainEqual(matching(/^waiting: .*rebalancing/))
})

test('without a response until the deadline the error names the server', async () => {
  await server.stop()
  await expect(register(300)).rejects.toMatchObject({
    code: 'CONNECT_UNAVAILABLE',
    message: containing(server.url),
  })
})

test('a task that never starts ends at the deadline with the last state', async () => {
  worker.states = ['UNASSIGNED']
  await expect(register(300)).rejects.toMatchObject({
    code: 'TIMED_OUT',
    message: containing('task 0 UNASSIGNED'),
  })
})

test('a connector that an operator paused is not resumed', async () => {
  worker.settings = { name: 'c', ...FILE.config }
  worker.states = ['PAUSED']
  await expect(register()).rejects.toMatchObject({
    code: 'CONNECTOR_FAILED',
    message: containing('npm run register-connector -- --resume resumes it'),
  })
})

test.each(['PAUSED', 'STOPPED'])(
  'one that is %s is resumed when that is asked for',
  async (state) => {
    worker.settings = { name: 'c', ...FILE.config }
    worker.states = [state]
    await expect(
      registerConnector({ config, file, settle: 100, resume: true }),
    ).resolves.toMatchObject({ outcome: 'unchanged' })
    await expect(connectorStatus(config, 'c')).resolves.toMatchObject({ state: 'running' })
  },
)

test('a failure for good because its slot is gone names what helps', async () => {
  worker.trace =
    'io.debezium.DebeziumException: The connector is trying to read change stream starting at X, but this is no longer available on the server.'
  worker.states = ['FAILED']
  await expect(register()).rejects.toMatchObject({
    code: 'CHANGES_LOST',
    message: containing('facts resync --all'),
  })
})

test('the status tells missing, running and failed apart', async () => {
  await expect(connectorStatus(config, 'c')).resolves.toMatchObject({ state: 'missing' })
  worker.settings = {}
  worker.states = ['RUNNING', 'FAILED']
  await expect(connectorStatus(config, 'c')).resolves.toMatchObject({ state: 'running' })
  await expect(connectorStatus(config, 'c')).resolves.toEqual({
    state: 'failed',
    line: 'c: connector RUNNING, task 0 FAILED',
    trace: 'SomeException: the publication is missing',
  })
})
