import type { Worker } from 'node:cluster'
import { endsWithin } from '../../runtime/watch/ends-within'
import type { Logger } from '../../telemetry'

/** The part of a worker that `endWorker` uses. */
export type EndingWorker = Pick<Worker, 'id' | 'isDead' | 'once'> & {
  readonly process: Pick<Worker['process'], 'kill' | 'exitCode'>
}

/**
 * Signals a worker to stop, unless the terminal has done so already, and waits until it has. A worker that does not end is
 * killed. Resolves with whether it ended without being killed, with exit code 0.
 */
export async function endWorker(
  worker: EndingWorker,
  killMs: number,
  logger: Logger,
): Promise<boolean> {
  if (worker.isDead()) return true
  const gone = new Promise((resolve) => worker.once('exit', resolve))
  worker.process.kill('SIGTERM')
  if (await endsWithin(killMs, gone)) return worker.process.exitCode === 0
  logger.error({ worker: worker.id }, `The worker did not end in ${killMs / 1_000} s and is killed`)
  worker.process.kill('SIGKILL')
  await gone
  return false
}
