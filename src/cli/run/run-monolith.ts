import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Config } from '../../config/config'
import { childEnvironment, projectRoot } from '../../config/config'
import { FactsError } from '../../errors'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface RunMonolithOptions {
  /** Receives each line of its output and errors; without it they go to the terminal. */
  readonly onLine?: (line: string) => void
}

/**
 * Runs the watched application's own command line with the configured database and resolves with its exit code (128 + n
 * when signal n ended it, as shells do). Signals are passed on, so it ends before this process; when this process is killed
 * it ends too, because it sees the channel close. The application is a separate program on purpose: nothing of it is imported.
 */
export async function runMonolith(
  args: readonly string[],
  config: Config,
  { onLine }: RunMonolithOptions = {},
): Promise<number> {
  const output = onLine === undefined ? 'inherit' : 'pipe'
  const child = spawn(process.execPath, [...entryPoint(), ...args], {
    stdio: ['inherit', output, output, 'ipc'],
    // The URL holds a password, so it is passed in the environment: arguments are visible in the process list.
    env: childEnvironment({ DATABASE_URL: config.database.url }),
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null && onLine !== undefined) createInterface(stream).on('line', onLine)
  }
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, passOn)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (cause) =>
        reject(
          new FactsError(
            'UNEXPECTED',
            `The watched application could not be started: ${cause.message}`,
            { cause },
          ),
        ),
      )
      child.once('close', (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      )
    })
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn)
  }
}

/** In a checkout its TypeScript, through the loader of this process; in an image the compiled file beside this one. */
function entryPoint(): readonly string[] {
  return __filename.endsWith('.ts')
    ? ['--require', require.resolve('tsx/cjs'), join(projectRoot(), 'monolith', 'main.ts')]
    : [join(projectRoot(), 'dist', 'monolith', 'main.js')]
}
