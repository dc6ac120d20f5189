import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { childEnvironment } from '../../src/config/config'

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** File that its output goes to. */
  readonly log: string
}

export interface Child {
  readonly pid: number
  /** Rejects, with the last lines of the log, when it ends before it was asked to. */
  readonly failed: Promise<never>
  /** SIGTERM, and SIGKILL when that does not end it. */
  readonly stop: () => Promise<void>
}

const PATIENCE = 20_000
const running = new Set<ChildProcess>()

// The last resort: any end of this process ends those it started.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function startChild({ command, args, env = {}, log }: ChildOptions): Child {
  const output = createWriteStream(log)
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(env),
  })
  running.add(child)
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  let asked = false
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(`exit ${signal ?? code ?? 'unknown'}`))
  }).then(async (how) => {
    running.delete(child)
    output.end()
    await finished(output)
    return how
  })
  const failed = ended.then((how): Promise<never> => {
    if (asked) return new Promise<never>(() => undefined)
    const lines = readFileSync(log, 'utf8').trim().split('\n').slice(-12).join('\n  ')
    return Promise.reject(new Error(`${command} ended by itself (${how}). Last lines:\n  ${lines}`))
  })
  failed.catch(() => undefined)
  return {
    pid: child.pid ?? -1,
    failed,
    stop: async () => {
      asked = true
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
      child.kill('SIGTERM')
      await ended
      clearTimeout(timer)
    },
  }
}

/** Runs to the end; throws with the last lines of the log when it fails. */
export async function runChild(options: ChildOptions): Promise<void> {
  const child = startChild(options)
  await child.failed.catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.includes('(exit 0)')) throw error
  })
}
