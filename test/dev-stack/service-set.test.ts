import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, signal } from '../../src/dev-stack/process/process-identity'
import type { ServiceSpec } from '../../src/dev-stack/service/service'
import { ServiceSet } from '../../src/dev-stack/service-set'
import type { StackEvent } from '../../src/dev-stack/service/stack-event'
import { stackHome } from '../../src/dev-stack/service/stack-home'
import { temporaryFolder } from '../support/temporary-folder'
import { waitFor } from '../support/wait-for'

const folder = temporaryFolder()
const sets: ServiceSet[] = []
let events: StackEvent[]

beforeEach(() => (events = []))
afterEach(() => Promise.all(sets.splice(0).map((set) => set.stop())))

function serviceSet(waits: readonly number[], steadyMs = 60_000): ServiceSet {
  const options = { onEvent: (event: StackEvent): void => void events.push(event) }
  const set = new ServiceSet(stackHome(folder.path), options, { waits, steadyMs })
  sets.push(set)
  return set
}

/** Says "up" and stays, or does what the script says. */
function connect(script = 'setInterval(() => {}, 1e6)'): ServiceSpec {
  const log = join(folder.path, 'logs', 'connect.log')
  return {
    name: 'connect',
    command: process.execPath,
    args: ['-e', `console.log('up'); ${script}`],
    env: {},
    cwd: folder.path,
    isReady: () => Promise.resolve(readFileSync(log, 'utf8').includes('up')),
    stopSignal: 'SIGTERM',
    stopTimeout: 5_000,
  }
}

const states = (): readonly string[] =>
  events.flatMap((event) => (event.type === 'service' ? [event.state] : []))
const notes = (): readonly string[] =>
  events.flatMap((event) => (event.type === 'note' ? [event.text] : []))

test('a service that is killed from outside is started again, and that is said', async () => {
  const set = serviceSet([1])
  await set.start(connect(), 'here')
  const before = set.processes.connect!
  signal(before, 'SIGKILL')
  await waitFor('the second start', () => states().at(-1) === 'ready' && states().length > 2, 5_000)
  expect(states()).toEqual(['starting', 'ready', 'failed', 'starting', 'ready'])
  expect(set.processes.connect).not.toEqual(before)
  expect(isAlive(set.processes.connect!)).toBe(true)
  expect(notes()).toEqual([
    expect.stringMatching(/^connect ended unexpectedly \(signal SIGKILL\) and is started again/),
  ])
})

test('a service that another owner of the home has ended is not started again', async () => {
  let isOwner = true
  const set = new ServiceSet(
    stackHome(folder.path),
    { onEvent: (event: StackEvent): void => void events.push(event) },
    { waits: [1], steadyMs: 60_000 },
    () => isOwner,
  )
  sets.push(set)
  await set.start(connect(), 'here')
  isOwner = false
  signal(set.processes.connect!, 'SIGKILL')
  expect((await set.failure).message).toContain('connect ended unexpectedly')
  expect(states()).toEqual(['starting', 'ready', 'failed'])
})

test('a service that dies each time is given up after the last wait, with its last words', async () => {
  const set = serviceSet([1, 2, 3])
  await set.start(connect(`setTimeout(() => { console.log('no disk'); process.exit(3) }, 200)`), '')
  await expect(set.failure).resolves.toMatchObject({
    code: 'SERVICE_FAILED',
    message: expect.stringMatching(/connect .*ended.*no disk/s) as string,
  })
  expect(notes().map((note) => /in ([\d.]+) s/.exec(note)?.[1])).toEqual([
    '0.001',
    '0.002',
    '0.003',
  ])
})

test('a service that ran long enough begins again with the first wait', async () => {
  const set = serviceSet([1, 60_000], 0)
  await set.start(connect(), 'here')
  for (let time = 1; time <= 3; time += 1) {
    signal(set.processes.connect!, 'SIGKILL')
    await waitFor(
      'the next start',
      () => states().filter((s) => s === 'ready').length > time,
      5_000,
    )
  }
  expect(notes()).toHaveLength(3)
})

test('a service killed on purpose stays away until it is asked for', async () => {
  const set = serviceSet([1])
  await set.start(connect(), 'here')
  await set.kill('connect')
  expect(notes()).toEqual([])
  await set.startAgain('connect')
  expect(states().at(-1)).toBe('ready')
})

test('a stop ends the wait for a restart at once', async () => {
  const set = serviceSet([60_000])
  await set.start(connect(), 'here')
  signal(set.processes.connect!, 'SIGKILL')
  await waitFor('the note', () => notes().length > 0, 5_000)
  await set.stop()
  expect(states().at(-1)).toBe('failed')
})
