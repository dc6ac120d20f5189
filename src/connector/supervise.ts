import { setTimeout as delay } from 'node:timers/promises'
import { commandLine } from '../command-line'
import { FactsError, toFactsError } from '../errors'
import type { ConnectClient } from './connect-client'
import { describeState, failureOf, isHalted, isRunning } from './connector-state'
import { isOutage } from './outage'
import type { SlotLoss } from './slot-loss'
import { RESYNC, saysLost } from './slot-loss'
import { traceSummary } from './trace-summary'

export interface SuperviseOptions {
  readonly client: Pick<ConnectClient, 'state' | 'restartFailed'>
  readonly name: string
  /** Ends it. */
  readonly signal: AbortSignal
  /** Receives what happens, a line each; repeated lines are omitted. */
  readonly say: (line: string) => void
  /** Receives lines that require an operator; default `say`. */
  readonly warn?: (line: string) => void
  /**
   * Whether the connector's slot has lost changes, which no restart recovers. Called when it has failed, and with each
   * `refresh`; an error counts as unknown.
   */
  readonly lost?: () => Promise<SlotLoss | undefined>
  /** Milliseconds between two looks; default 5,000. */
  readonly intervalMs?: number
  /**
   * Milliseconds before the first restart, doubled for each further one in a row, up to 5 minutes; default 1,000. Restarts
   * after an outage, of the database or of Kafka, are counted by themselves, and wait for 30 s at most.
   */
  readonly backOffMs?: number
  /**
   * Milliseconds that the connector must run without a failure before the restart count is reset; default 120,000, and never
   * less than the last wait. A task that fails permanently is RUNNING for some seconds each time.
   */
  readonly steadyMs?: number
  /**
   * Updates the settings that come from the database, and returns the changed ones: a column that was added may stop the
   * connector. Called before each restart and while the connector runs; its errors are logged.
   */
  readonly refresh?: () => Promise<readonly string[]>
  /** Milliseconds between two calls of `refresh` while the connector runs; default 30,000. */
  readonly refreshMs?: number
  /** Restarts in a row after which it gives up; default 12. Those after an outage do not count. */
  readonly patience?: number
  /** For tests. */
  readonly clock?: Clock
}

interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Resolves with false when it was aborted. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<boolean>
}

const CLOCK: Clock = {
  now: () => Date.now(),
  pause: (milliseconds, signal) => delay(milliseconds, true, { signal }).catch(() => false),
}

/** Longest wait between two restarts, milliseconds. */
const LONGEST_MS = 300_000
/** Longest wait after an outage: the service may return at any moment, and changes accumulate until then. */
const LONGEST_OUTAGE_MS = 30_000

/**
 * Watches a connector and restarts its failed tasks, with increasing delays: Connect does not do so itself, and a restart of
 * the captured database causes a failed task. It waits during outages of Connect, of the database or of Kafka. A connector
 * whose slot is lost is not restarted: the cause and the remedy are logged once, and it is watched until an operator has acted.
 * Throws CONNECTOR_FAILED, with the task's trace, when restarting does not help.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { client, name, signal, intervalMs = 5_000, backOffMs = 1_000, patience = 12 } = options
  const { steadyMs = 120_000, clock = CLOCK } = options
  const { refresh = () => Promise.resolve([]), refreshMs = 30_000 } = options
  const { lost = () => Promise.resolve(undefined) } = options
  /** Consecutive restarts: for permanent causes, and after outages. */
  let restarts = 0
  let outages = 0
  let refreshedAt = clock.now()
  let runningSince: number | undefined
  let trouble = ''
  const waitBefore = (restart: number, longest = LONGEST_MS): number =>
    Math.min(backOffMs * 2 ** Math.max(0, restart), longest)
  let said = ''
  const say = (line: string, take = options.say): void => {
    if (line !== said) take(line)
    said = line
  }
  const warn = (line: string): void => say(line, options.warn ?? options.say)
  const lookForLoss = async (trace = ''): Promise<boolean> => {
    const loss = await lost().catch(() => undefined)
    const what = loss?.what ?? (saysLost(trace) ? traceSummary(trace) : undefined)
    if (what !== undefined) warn(`Changes are lost: ${what}. ${RESYNC}`)
    return what !== undefined
  }
  let isLost = false
  const bringUpToDate = async (): Promise<void> => {
    refreshedAt = clock.now()
    try {
      const changed = await refresh()
      trouble = ''
      if (changed.length > 0) say(`Brought up to date with the database: ${changed.join(', ')}`)
    } catch (error) {
      const { message } = toFactsError(error)
      if (message !== trouble) options.say(`Not brought up to date with the database: ${message}`)
      trouble = message
    }
  }
  while (!signal.aborted) {
    try {
      const state = await client.state(name)
      const failure = state && failureOf(state)
      if (state === undefined || !isRunning(state)) runningSince = undefined
      const isDue = state !== undefined && clock.now() - refreshedAt >= refreshMs
      if (failure !== undefined || isLost || isDue) isLost = await lookForLoss(failure?.trace)
      if (failure !== undefined && !isLost) {
        const isAway = isOutage(failure.trace)
        if (restarts === patience && !isAway) throw hopeless(name, restarts, failure)
        say(`${failure.part} has failed: ${traceSummary(failure.trace)}`)
        await bringUpToDate()
        const wait = isAway ? waitBefore(outages, LONGEST_OUTAGE_MS) : waitBefore(restarts)
        if (!(await clock.pause(wait, signal))) return
        if (isAway) outages += 1
        else restarts += 1
        await client.restartFailed(name)
        say(isAway ? `Restarted after an outage (${outages})` : `Restarted (${restarts} in a row)`)
      } else if (isLost) {
        // An operator has to act; afterwards it is like any other.
        restarts = outages = 0
      } else if (state === undefined) {
        say(`There is no connector ${name}: register it with "facts register-connector"`)
      } else if (isRunning(state)) {
        runningSince ??= clock.now()
        const ran = clock.now() - runningSince
        if (ran >= Math.max(steadyMs, waitBefore(restarts - 1))) restarts = outages = 0
        say(`Connector ${name} runs`)
        if (clock.now() - refreshedAt >= refreshMs) await bringUpToDate()
      } else if (isHalted(state)) {
        warn(
          `Connector ${name} is ${state.connector.state}: an operator stopped it, and no change is captured. ${commandLine('register-connector', '--resume')} resumes it`,
        )
      } else say(`Connector ${name}: ${describeState(state)}`)
    } catch (error) {
      const known = toFactsError(error)
      if (known.code !== 'CONNECT_UNAVAILABLE') throw known
      say(known.message)
    }
    await clock.pause(intervalMs, signal)
  }
}

function hopeless(
  name: string,
  restarts: number,
  { part, trace }: { readonly part: string; readonly trace: string },
): FactsError {
  return new FactsError(
    'CONNECTOR_FAILED',
    `${part} failed again after ${restarts} restarts of ${name} in a row: ${traceSummary(trace)}. Restarting does not fix this; "facts doctor" shows what may be wrong. Until then the replication slot retains the changes, as long as it exists and the disk has space.`,
  )
}
