import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { AppConfig } from '../../app/app-config'
import { childEnvironment } from '../../config/config'
import { FactsError } from '../../errors'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface RunAppCommandOptions {
  /** Receives each line of its output and errors; without it they go to the terminal. */
  readonly onLine?: (line: string) => void
}

/**
 * Runs the program of a command that the application declares, with the configured database, and resolves with its exit code (128 + n
 * when signal n ended it, as shells do). Signals are passed on, so it ends before this process; when this process is killed
 * it ends too, because it sees the channel close. It is a separate program on purpose: nothing of it is imported. Throws
 * CONFIG_INVALID when the program does not exist.
 */
export async function runAppCommand(
  args: readonly string[],
  config: AppConfig,
  { onLine }: RunAppCommandOptions = {},
): Promise<number> {
  const output = onLine === undefined ? 'inherit' : 'pipe'
  const child = spawn(process.execPath, [...programOf(args[0] ?? '', config.app), ...args], {
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
            `The program of the command could not be started: ${cause.message}`,
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

/** Arguments for Node. TypeScript needs a loader: in a checkout that of this process. What was compiled is run instead, if it is there. */
function programOf(name: string, { commands, folder }: AppConfig['app']): readonly string[] {
  const program = resolve(folder, commands[name]?.program ?? '')
  const compiled = program.replace(/ts$/, 'js')
  const path = [program, compiled].find((one) => existsSync(one))
  if (path === undefined || path === folder) {
    throw new FactsError(
      'CONFIG_INVALID',
      `The program of "${name}", ${program}, does not exist. Correct "commands" of the application.`,
    )
  }
  if (!/\.[mc]?ts$/.test(path)) return [path]
  if (__filename.endsWith('.ts')) return ['--require', require.resolve('tsx/cjs'), path]
  return [join(dirname(require.resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs'), path]
}
