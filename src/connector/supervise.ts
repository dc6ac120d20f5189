import { setTimeout as delay } from 'node:timers/promises'
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
  /** Takes what happens, a line each; the same thing is said once. */
  readonly say: (line: string) => void
  /** Takes what a person has to act on, the same way; default `say`. */
  readonly warn?: (line: string) => void
  /**
   * Whether the connector's slot has lost changes, which no restart brings back. Asked when it has failed, and each time that
   * `refresh` is; what it throws counts as not known.
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
   * Milliseconds that the connector must run without a failure until the next restart is the first in a row again;
   * default 120,000, and never less than the last wait. A task that fails for good is RUNNING for some seconds each time.
   */
  readonly steadyMs?: number
  /**
   * Brings what the connector has from its database up to date, and gives the settings that it changed: a column that was
   * added since may stop it. Asked before each restart and while the connector runs; what it throws is said.
   */
  readonly refresh?: () => Promise<readonly string[]>
  /** Milliseconds between two askings while the connector runs; default 30,000. */
  readonly refreshMs?: number
  /** Restarts in a row, after which a person has to act; default 12. Those after an outage do not count. */
  readonly patience?: number
  /** For tests. */
  readonly clock?: Clock
}

interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** False when it was ended early, because all is over. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<boolean>
}

const CLOCK: Clock = {
  now: () => Date.now(),
  pause: (milliseconds, signal) => delay(milliseconds, true, { signal }).catch(() => false),
}

/** Longest wait between two restarts, milliseconds. */
const LONGEST_MS = 300_000
/** The same when something was away: it may be there again at any moment, and changes pile up until it is noticed. */
const LONGEST_OUTAGE_MS = 30_000

/**
 * Watches a connector and restarts what of it has FAILED, with growing waits: Connect does not do it by itself, and
 * a captured database that restarts leaves a failed task behind. An outage, of Connect, of the database or of Kafka, is
 * waited out. One whose slot is gone is not restarted: the cause and the remedy are said once, and it is watched until a person
 * has acted. Throws CONNECTOR_FAILED, with the task's trace, when restarting does not help: then something is wrong that time
 * does not fix.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { client, name, signal, intervalMs = 5_000, backOffMs = 1_000, patience = 12 } = options
  const { steadyMs = 120_000, clock = CLOCK } = options
  const { refresh = () => Promise.resolve([]), refreshMs = 30_000 } = options
  const { lost = () => Promise.resolve(undefined) } = options
  /** In a row: for no cause that passes, and after an outage. */
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
        // A person has to act; from then on it is like any other.
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
          `Connector ${name} is ${state.connector.state}: a person has halted it, and no change is captured. npm run register-connector -- --resume resumes it`,
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
    `${part} failed again after ${restarts} restarts of ${name} in a row: ${traceSummary(trace)}. Restarting does not fix this; "facts doctor" says what may be wrong. Changes are kept by the replication slot meanwhile, as long as it is there and the disk has room.`,
  )
}
