import { connectClient } from '../../src/connector/connect-client'
import type { SuperviseOptions } from '../../src/connector/supervise'
import { supervise } from '../../src/connector/supervise'
import type { ConnectAnswer, FakeConnect } from '../support/fake-connect'
import { fakeConnect } from '../support/fake-connect'
import { waitFor } from '../support/wait-for'

type Life = 'runs' | 'failed' | 'halted' | 'busy' | 'missing'

let server: FakeConnect
let ending: AbortController
let lines: string[]
let life: Life
/** Why the task failed. */
let cause: string
/** What a restart does. */
let onRestart: () => void

const restarts = (): number => server.requests.filter(({ method }) => method === 'POST').length

beforeEach(async () => {
  ending = new AbortController()
  lines = []
  life = 'runs'
  cause = 'org.postgresql.util.PSQLException: FATAL: the database system is shutting down'
  onRestart = () => (life = 'runs')
  server = await fakeConnect(({ method }): ConnectAnswer | undefined => {
    if (method === 'POST') {
      onRestart()
      return {}
    }
    if (life === 'missing') return undefined
    if (life === 'busy') return { status: 409, body: { message: 'rebalancing' } }
    const state = life === 'runs' ? 'RUNNING' : 'FAILED'
    const trace = `${cause}\n\tat x`
    if (life === 'halted')
      return { body: { name: 'c', connector: { state: 'STOPPED' }, tasks: [] } }
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
    intervalMs: 5,
    backOffMs: 1,
    ...options,
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
    'task 0 of connector c has failed: PSQLException: FATAL: the database system is shutting down',
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
  cause = 'java.lang.IllegalStateException: the slot is gone'
  onRestart = () => undefined
  await expect(start({ patience: 3 })).rejects.toMatchObject({
    code: 'CONNECTOR_FAILED',
    message: expect.stringContaining('the slot is gone'),
  })
  expect(restarts()).toBe(3)
})

test('an outage of the database is waited out, however often the task fails during it', async () => {
  life = 'failed'
  onRestart = () => {
    if (restarts() > 5) life = 'runs'
  }
  const over = start({ patience: 3 })
  await said('Connector c runs')
  ending.abort()
  await over
  expect(restarts()).toBe(6)
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

test('what the database says is brought up to date before a restart, and while the connector runs', async () => {
  life = 'failed'
  let asked = 0
  const refresh = (): Promise<readonly string[]> => {
    asked += 1
    return asked === 1
      ? Promise.resolve(['column.exclude.list'])
      : Promise.reject(new Error('away'))
  }
  const over = start({ refresh, refreshMs: 10 })
  await said('Connector c runs')
  await said('Not brought up to date with the database: away')
  ending.abort()
  await over
  expect(lines[1]).toBe('Brought up to date with the database: column.exclude.list')
})

describe('a connector whose slot is gone', () => {
  const loss = { slot: 's', what: 'the replication slot s is gone' }

  test('is not restarted: cause and remedy are a warning, once, until an operator has acted', async () => {
    life = 'failed'
    let isLost = true
    let asked = 0
    const warned: string[] = []
    const lost = (): Promise<typeof loss | undefined> => {
      asked += 1
      return Promise.resolve(isLost ? loss : undefined)
    }
    const over = start({ lost, warn: (line) => warned.push(line), patience: 2 })
    await waitFor('several looks', () => asked > 5, 5_000)
    expect(restarts()).toBe(0)
    expect(lines).toEqual([])
    expect(warned).toEqual([
      expect.stringMatching(
        /^Changes are lost: the replication slot s is gone. Run "facts resync --all"/,
      ),
    ])
    isLost = false
    life = 'runs'
    await said('Connector c runs')
    ending.abort()
    await over
    expect(warned).toHaveLength(1)
  })

  test('is warned of while it still says that it runs', async () => {
    const warned: string[] = []
    const over = start({
      lost: () => Promise.resolve(loss),
      warn: (line) => warned.push(line),
      refreshMs: 10,
    })
    await waitFor('the warning', () => warned.length > 0, 5_000)
    ending.abort()
    await over
    expect(warned).toEqual([
      expect.stringMatching(
        /^Changes are lost: the replication slot s is gone. Run "facts resync --all"/,
      ),
    ])
  })

  test('is known by its trace where the database cannot be asked', async () => {
    life = 'failed'
    cause = 'x.Y: the offset is no longer available on the server'
    const over = start({ lost: () => Promise.reject(new Error('away')) })
    await said('Changes are lost: Y: the offset is no longer available on the server. Run')
    ending.abort()
    await over
    expect(restarts()).toBe(0)
  })
})

test('a connector that was halted is a warning with what resumes it', async () => {
  life = 'halted'
  const warned: string[] = []
  const over = start({ warn: (line) => warned.push(line) })
  await waitFor('the warning', () => warned.length > 0, 5_000)
  ending.abort()
  await over
  expect(warned).toEqual([expect.stringContaining('npm run register-connector -- --resume')])
})

describe('a task that runs for some seconds after each restart', () => {
  const TICK = 5_000

  /** Plays a connector that fails again after running so long; gives the waits before each restart. */
  async function waits(
    runsMs: number,
    until: number,
    traces: readonly string[] = ['java.lang.Error: no'],
  ): Promise<readonly number[]> {
    let now = 0
    let restartedAt = -Infinity
    const pauses: number[] = []
    const found: number[] = []
    const task = (state: string): object => {
      const trace = traces[found.length % traces.length]
      return { id: 0, state, trace }
    }
    await supervise({
      name: 'c',
      signal: ending.signal,
      say: () => undefined,
      intervalMs: TICK,
      client: {
        state: (name) => {
          const state = now - restartedAt < runsMs ? 'RUNNING' : 'FAILED'
          const status = { name, connector: { state: 'RUNNING' }, tasks: [task(state)] }
          return Promise.resolve(status as never)
        },
        restartFailed: () => {
          found.push(pauses.at(-1) ?? 0)
          restartedAt = now
          if (found.length === until) ending.abort()
          return Promise.resolve()
        },
      },
      clock: {
        now: () => now,
        pause: (milliseconds) => {
          now += milliseconds
          pauses.push(milliseconds)
          return Promise.resolve(true)
        },
      },
    }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'CONNECTOR_FAILED' })
      found.push(Infinity)
    })
    return found
  }

  test('is waited for longer each time, and given up after twelve restarts', async () => {
    await expect(waits(3 * TICK, 20)).resolves.toEqual([
      1_000,
      2_000,
      4_000,
      8_000,
      16_000,
      32_000,
      64_000,
      128_000,
      256_000,
      300_000,
      300_000,
      300_000,
      Infinity,
    ])
  })

  test('waits for 30 s at most, as often as it takes, when something was away', async () => {
    const away = 'java.net.ConnectException: Connection refused'
    await expect(waits(3 * TICK, 14, [away])).resolves.toEqual([
      1_000,
      2_000,
      4_000,
      8_000,
      16_000,
      ...Array.from({ length: 9 }, () => 30_000),
    ])
  })

  test('waits no longer for an outage because it failed otherwise before, nor is one counted as the other', async () => {
    const away = 'java.net.ConnectException: Connection refused'
    await expect(waits(3 * TICK, 8, [away, 'java.lang.Error: no'])).resolves.toEqual([
      1_000, 1_000, 2_000, 2_000, 4_000, 4_000, 8_000, 8_000,
    ])
  })

  test('has its waits begin again after two minutes without a failure', async () => {
    await expect(waits(120_000 + 3 * TICK, 4)).resolves.toEqual([1_000, 1_000, 1_000, 1_000])
  })
})
