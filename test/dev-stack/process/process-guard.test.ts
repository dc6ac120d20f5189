import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { identify, isAlive, signal } from '../../../src/dev-stack/process/process-identity'
import type { ProcessIdentity } from '../../../src/dev-stack/process/process-identity'
import { endSleepers, startSleeper } from '../../support/sleeper'
import { temporaryFolder } from '../../support/temporary-folder'
import { waitFor } from '../../support/wait-for'

const folder = temporaryFolder()
const endpoints = (): string => join(folder.path, 'endpoints.json')

beforeEach(() => writeFileSync(endpoints(), '{}'))
afterEach(endSleepers)

const module_ = join(__dirname, '../../../src/dev-stack/process/process-guard.ts')

interface Owner {
  readonly process: ProcessIdentity
  readonly guard: ProcessIdentity
}

/** Another Node process that guards the sleeper. */
async function startOwner(sleeper: ProcessIdentity, forget = false): Promise<Owner> {
  const script = `
    const { startProcessGuard } = require(${JSON.stringify(module_)})
    const guard = startProcessGuard(${JSON.stringify(endpoints())})
    guard.watch(${JSON.stringify(sleeper)}, 'SIGTERM')
    ${forget ? `guard.forget(${JSON.stringify(sleeper)})` : ''}
    setInterval(() => {}, 1e6)
    console.log(guard.pid)`
  const child = spawn(process.execPath, ['-r', require.resolve('tsx/cjs'), '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const guard = await new Promise<number>((resolve) => {
    child.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())))
  })
  await waitFor('the guard to ignore polite signals', () => ignoresTerm(guard))
  return { process: identify(child.pid!)!, guard: identify(guard)! }
}

/** A shell that was just started may not have come so far. True where the system does not tell. */
function ignoresTerm(pid: number): boolean {
  if (!existsSync('/proc/self/status')) return true
  const [, mask = '0'] =
    /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals.SIGTERM - 1)) & 1n) === 1n
}

test('when the owner is killed, the guard ends what it watches and itself', async () => {
  const sleeper = await startSleeper()
  const owner = await startOwner(sleeper)
  signal(owner.process, 'SIGKILL')
  await waitFor('the end of the sleeper', () => !isAlive(sleeper))
  await waitFor('the end of the guard', () => !isAlive(owner.guard))
  expect(existsSync(endpoints())).toBe(false)
})

test('a polite signal to the guard does not end the watch', async () => {
  const sleeper = await startSleeper()
  const owner = await startOwner(sleeper)
  signal(owner.guard, 'SIGTERM')
  signal(owner.guard, 'SIGINT')
  signal(owner.process, 'SIGKILL')
  await waitFor('the end of the sleeper', () => !isAlive(sleeper))
})

test('a process that the guard was asked to forget is left running', async () => {
  const sleeper = await startSleeper()
  const owner = await startOwner(sleeper, true)
  signal(owner.process, 'SIGKILL')
  await waitFor('the end of the guard', () => !isAlive(owner.guard))
  expect(isAlive(sleeper)).toBe(true)
  expect(existsSync(endpoints())).toBe(true)
})
