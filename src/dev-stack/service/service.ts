import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FactsError } from '../../errors'
import { logTail } from '../process/log-tail'
import type { ProcessGuard } from '../process/process-guard'
import { identify, signal } from '../process/process-identity'
import type { ProcessIdentity } from '../process/process-identity'
import type { ServiceName } from './stack-event'

/** Milliseconds until a service must be ready: a death is noticed at once, so this is for slow, busy machines. */
const READY_TIMEOUT = 180_000

/** How to run one program and how to know that it serves. */
export interface ServiceSpec {
  readonly name: ServiceName
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment: nothing of ours leaks in, nothing of the user's changes the service. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly uid?: number
  readonly gid?: number
  /** One quick look; throwing counts as not yet. */
  readonly isReady: () => Promise<boolean>
  /** Milliseconds until it must be ready; default 180,000. */
  readonly readyTimeout?: number
  readonly stopSignal: NodeJS.Signals
  /** Milliseconds after the stop signal until SIGKILL. */
  readonly stopTimeout: number
}

export interface Service {
  readonly name: ServiceName
  readonly process: ProcessIdentity
  readonly log: string
  /** Resolves when the process has ended, however it did. */
  readonly exited: Promise<ServiceExit>
  /** Stops it; resolves when it has ended. May be called again. */
  readonly stop: () => Promise<void>
}

export interface ServiceExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** False when it ended unexpectedly. */
  readonly asked: boolean
}

export interface ServiceContext {
  readonly logs: string
  readonly guard: ProcessGuard
  /** Called as soon as the process exists, before it is ready. */
  readonly onProcess: (name: ServiceName, process: ProcessIdentity) => void
  readonly signal: AbortSignal
}

/**
 * Starts the program and waits until it serves. Throws FactsError SERVICE_FAILED with its last log lines as soon as it
 * dies, or when it is not ready in time; nothing is left running then.
 */
export async function startService(spec: ServiceSpec, context: ServiceContext): Promise<Service> {
  const log = join(context.logs, `${spec.name}.log`)
  const service = launch(spec, context, log)
  const deadline = Date.now() + (spec.readyTimeout ?? READY_TIMEOUT)
  let exit: ServiceExit | undefined
  void service.exited.then((result) => (exit = result))
  try {
    while (!(await spec.isReady().catch(() => false))) {
      context.signal.throwIfAborted()
      if (exit !== undefined)
        throw failed(spec.name, `ended (${how(exit)}) before it was ready`, log)
      if (Date.now() > deadline) {
        const seconds = Math.round((spec.readyTimeout ?? READY_TIMEOUT) / 1000)
        throw failed(spec.name, `was not ready within ${seconds} seconds`, log)
      }
      await delay(40)
    }
    // Something else may answer on its port while the program itself could not start.
    if (exit !== undefined) throw failed(spec.name, `ended (${how(exit)}) before it was ready`, log)
  } catch (error) {
    await service.stop()
    throw error
  }
  return service
}

function launch(spec: ServiceSpec, context: ServiceContext, log: string): Service {
  mkdirSync(context.logs, { recursive: true })
  try {
    renameSync(log, `${log}.1`)
  } catch {
    // First run.
  }
  const output = openSync(log, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      // Its own session: Ctrl-C reaches only this process, which stops the services in order.
      detached: true,
      stdio: ['ignore', output, output],
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    })
  } finally {
    closeSync(output)
  }
  let asked = false
  const exited = new Promise<ServiceExit>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null, asked }))
    child.once('exit', (code, by) => resolve({ code, signal: by, asked }))
  })
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  const process_ = identity ?? { pid: child.pid ?? 0, started: '' }
  if (identity !== undefined) {
    context.guard.watch(identity, spec.stopSignal)
    context.onProcess(spec.name, identity)
    void exited.then(() => context.guard.forget(identity))
  }
  const stop = async (): Promise<void> => {
    asked = true
    signal(process_, spec.stopSignal)
    const timer = setTimeout(() => signal(process_, 'SIGKILL', true), spec.stopTimeout)
    await exited
    clearTimeout(timer)
  }
  return { name: spec.name, process: process_, log, exited, stop }
}

/** SERVICE_FAILED with the end of the service's own log: the reason is nearly always there. */
export function failed(name: ServiceName, what: string, log: string): FactsError {
  const lines = logTail(log)
  const tail =
    lines.length === 0 ? 'Its log is empty. ' : `Last lines of its log:\n  ${lines.join('\n  ')}\n`
  return new FactsError(
    'SERVICE_FAILED',
    `The stack's ${name} ${what}. ${tail}Fix the cause in the log (complete log: ${log}), or start empty with --fresh.`,
  )
}

export function how(exit: ServiceExit): string {
  return exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`
}
