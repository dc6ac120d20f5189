import { mkdirSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { stackReporter } from '../src/cli/stack-reporter'
import { stackSettings } from '../src/config/config'
import { describeError } from '../src/errors'
import { findJava } from '../src/dev-stack/machine/java'
import type { StackEndpoints } from '../src/dev-stack/stack'
import type { StackListener } from '../src/dev-stack/service/stack-event'
import { startStack } from '../src/dev-stack/start-stack'
import { Progress } from './progress'

export interface OnStack {
  /** Kafka and a registry, of their own, tuned for throughput. */
  readonly endpoints: Required<Pick<StackEndpoints, 'kafka' | 'registry'>>
  readonly progress: Progress
  readonly java: string
  /** Load average before anything was started. */
  readonly loadBefore: number
  readonly onEvent: StackListener
  /** Aborted by SIGINT, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal
}

export interface OnStackOptions {
  /** Folder of the stack and of everything else; removed after a success unless it is to be kept. */
  readonly home: string
  readonly keep: boolean
  /** Forget what an earlier run left in the folder. */
  readonly fresh?: boolean
}

/** Runs a benchmark on a stack, and ends the process: with 1 when it failed, was ended, or the stack did. */
export function benchOnStack(
  options: OnStackOptions,
  measure: (context: OnStack) => Promise<void>,
): void {
  run(options, measure).then(
    () => process.exit(),
    (error: unknown) => {
      process.stderr.write(`${describeError(error)}\n`)
      process.exit(1)
    },
  )
}

async function run(
  { home, keep, fresh = false }: OnStackOptions,
  measure: (context: OnStack) => Promise<void>,
): Promise<void> {
  const progress = new Progress()
  const { onEvent } = stackReporter()
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => stop.abort(new Error(`Ended by ${name}.`)))
  }
  const { signal } = stop
  const loadBefore = loadavg()[0] ?? NaN
  mkdirSync(home, { recursive: true })
  const { command: java } = await findJava(stackSettings())
  const stack = await startStack({
    home: join(home, 'stack'),
    fresh,
    services: ['kafka', 'registry'],
    tuning: 'throughput',
    onEvent,
    signal,
  })
  let succeeded = false
  try {
    const { kafka, registry } = stack.endpoints
    if (kafka === undefined || registry === undefined)
      throw new Error('The stack has no endpoints.')
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      stack.failure.then(reject, reject)
    })
    const endpoints = { kafka, registry }
    await Promise.race([measure({ endpoints, progress, java, loadBefore, onEvent, signal }), ended])
    succeeded = true
  } finally {
    await stack.stop()
    if (succeeded && !keep) rmSync(home, { recursive: true, force: true })
    else progress.say(`Logs and data are in ${home}`)
  }
}
