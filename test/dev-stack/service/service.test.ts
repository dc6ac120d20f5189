import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProcessGuard } from '../../../src/dev-stack/process/process-guard'
import type { ProcessGuard } from '../../../src/dev-stack/process/process-guard'
import { isAlive } from '../../../src/dev-stack/process/process-identity'
import type { ProcessIdentity } from '../../../src/dev-stack/process/process-identity'
import { startService } from '../../../src/dev-stack/service/service'
import type { Service, ServiceSpec } from '../../../src/dev-stack/service/service'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()
const running: Service[] = []
const seen: ProcessIdentity[] = []
let guard: ProcessGuard

beforeAll(() => {
  guard = startProcessGuard('/nonexistent/endpoints.json')
})
afterAll(() => guard.close())
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()))
  seen.length = 0
})

const log = (): string => join(folder.path, 'logs', 'kafka.log')
const says = (text: string): boolean => readFileSync(log(), 'utf8').includes(text)

async function start(
  script: string,
  over: Partial<ServiceSpec> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Service> {
  const service = await startService(
    {
      name: 'kafka',
      command: process.execPath,
      args: ['-e', script],
      env: {},
      cwd: folder.path,
      isReady: () => Promise.resolve(says('up')),
      stopSignal: 'SIGTERM',
      stopTimeout: 5_000,
      ...over,
    },
    {
      logs: join(folder.path, 'logs'),
      guard,
      signal,
      onProcess: (_, process_) => seen.push(process_),
    },
  )
  running.push(service)
  return service
}

const RUNNING = `console.log('up'); setInterval(() => {}, 1e6)`

test('a service is started when it is ready, and gone after stop', async () => {
  const service = await start(RUNNING)
  expect(isAlive(service.process)).toBe(true)
  await service.stop()
  expect(isAlive(service.process)).toBe(false)
  await expect(service.exited).resolves.toMatchObject({ asked: true, signal: 'SIGTERM' })
})

test('a service that dies fails the start at once, with the last lines of its log', async () => {
  const began = Date.now()
  const dying = start(`console.log('first'); console.error('address in use'); process.exit(3)`)
  await expect(dying).rejects.toMatchObject({
    code: 'SERVICE_FAILED',
    message: expect.stringMatching(
      /kafka ended \(exit code 3\).*address in use.*kafka\.log/s,
    ) as string,
  })
  expect(Date.now() - began).toBeLessThan(20_000)
})

test('a program that is not there fails the start', async () => {
  const missing = start('', { command: join(folder.path, 'nothing') })
  await expect(missing).rejects.toMatchObject({ code: 'SERVICE_FAILED' })
})

test('a service that is not ready in time is stopped and fails the start', async () => {
  const late = start('setInterval(() => {}, 1e6)', { readyTimeout: 300 })
  await expect(late).rejects.toThrow(/was not ready within/)
  expect(isAlive(seen[0]!)).toBe(false)
})

test('a service that ignores the stop signal is killed', async () => {
  const service = await start(`process.on('SIGTERM', () => {}); ${RUNNING}`, { stopTimeout: 100 })
  await service.stop()
  await expect(service.exited).resolves.toMatchObject({ signal: 'SIGKILL' })
})

test('an interrupted start stops what it had started', async () => {
  const interrupt = new AbortController()
  const isReady = (): Promise<boolean> => {
    interrupt.abort(new Error('Ctrl-C'))
    return Promise.resolve(false)
  }
  await expect(start(RUNNING, { isReady }, interrupt.signal)).rejects.toThrow('Ctrl-C')
  expect(isAlive(seen[0]!)).toBe(false)
})

test('an end without a stop is reported', async () => {
  const service = await start(RUNNING)
  process.kill(service.process.pid, 'SIGKILL')
  await expect(service.exited).resolves.toMatchObject({ asked: false, signal: 'SIGKILL' })
})

test('the log of the run before is kept beside', async () => {
  await (await start(`console.log('one'); ${RUNNING}`)).stop()
  await (await start(`console.log('two'); ${RUNNING}`)).stop()
  expect(readFileSync(`${log()}.1`, 'utf8')).toContain('one')
  expect(readFileSync(log(), 'utf8')).not.toContain('one')
})
