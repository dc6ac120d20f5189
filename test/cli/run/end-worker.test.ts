import { EventEmitter } from 'node:events'
import { endWorker } from '../../../src/cli/run/end-worker'
import { createLogger } from '../../../src/telemetry'

const logger = createLogger({ level: 'silent', format: 'json' })

/** Ends at the signals given, with the exit code. */
function workerEndingAt(ending: readonly string[], exitCode: number): FakeWorker {
  return new FakeWorker(ending, exitCode)
}

class FakeWorker extends EventEmitter {
  readonly id = 1
  readonly signals: string[] = []

  constructor(
    private readonly ending: readonly string[],
    private readonly exitCode: number,
  ) {
    super()
  }

  readonly isDead = (): boolean => false

  get process(): { kill: (signal?: string | number) => boolean; exitCode: number } {
    const { exitCode } = this
    return {
      exitCode,
      kill: (signal = 'SIGTERM') => {
        this.signals.push(String(signal))
        if (this.ending.includes(String(signal))) setImmediate(() => this.emit('exit'))
        return true
      },
    }
  }
}

test('a worker that ends when it is asked to is not killed', async () => {
  const worker = workerEndingAt(['SIGTERM'], 0)
  expect(await endWorker(worker as never, 5_000, logger)).toBe(true)
  expect(worker.signals).toEqual(['SIGTERM'])
})

test('a worker that gave up something when it ended counts as not ended well', async () => {
  expect(await endWorker(workerEndingAt(['SIGTERM'], 1) as never, 5_000, logger)).toBe(false)
})

test('a worker that does not end is killed', async () => {
  const worker = workerEndingAt(['SIGKILL'], 0)
  expect(await endWorker(worker as never, 20, logger)).toBe(false)
  expect(worker.signals).toEqual(['SIGTERM', 'SIGKILL'])
})
