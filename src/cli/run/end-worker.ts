import type { Worker } from 'node:cluster'
import { endsWithin } from '../../runtime/watch/ends-within'
import type { Logger } from '../../telemetry'

/** What is needed of a worker. */
export type EndingWorker = Pick<Worker, 'id' | 'isDead' | 'once'> & {
  readonly process: Pick<Worker['process'], 'kill' | 'exitCode'>
}

/**
 * Asks a worker to stop, unless the terminal has asked it already, and waits until it has. One that does not end, because
 * something in it never returns, is killed. Whether it ended by itself, and well.
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
