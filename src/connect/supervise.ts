import { setTimeout as delay } from 'node:timers/promises'
import { FactsError, toFactsError } from '../errors'
import type { ConnectClient } from './connect-client'
import { describeState, failureOf, isRunning } from './connector-state'
import { traceSummary } from './trace-summary'

export interface SuperviseOptions {
  readonly client: Pick<ConnectClient, 'state' | 'restartFailed'>
  readonly name: string
  /** Ends it. */
  readonly signal: AbortSignal
  /** Takes what happens, a line each; the same thing is said once. */
  readonly say: (line: string) => void
  /** Milliseconds between two looks; default 5,000. */
  readonly intervalMs?: number
  /** Milliseconds before the first restart, doubled for each further one in a row; default 1,000. */
  readonly backOffMs?: number
  /** Restarts in a row without the connector running in between, after which a person has to act; default 12. */
  readonly patience?: number
}

/** Longest wait between two restarts, milliseconds. */
const LONGEST_MS = 300_000

/**
 * Watches a connector and restarts what of it has FAILED, with growing waits: Connect does not do it by itself, and
 * a captured database that restarts leaves a failed task behind. An outage of Connect is waited out. Throws
 * CONNECTOR_FAILED, with the task's trace, when restarting does not help: then something is wrong that time does not mend,
 * such as a slot that is gone.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { client, name, signal, intervalMs = 5_000, backOffMs = 1_000, patience = 12 } = options
  let restarts = 0
  let said = ''
  const say = (line: string): void => {
    if (line !== said) options.say(line)
    said = line
  }
  while (!signal.aborted) {
    try {
      const state = await client.state(name)
      const failure = state && failureOf(state)
      if (failure !== undefined) {
        if (restarts === patience) throw hopeless(name, restarts, failure)
        say(`${failure.part} has failed: ${traceSummary(failure.trace)}`)
        if (!(await pause(Math.min(backOffMs * 2 ** restarts, LONGEST_MS), signal))) return
        restarts += 1
        await client.restartFailed(name)
        say(`Restarted (${restarts} in a row)`)
      } else if (state === undefined) {
        say(`There is no connector ${name}: register it with "facts register-connector"`)
      } else if (isRunning(state)) {
        restarts = 0
        say(`Connector ${name} runs`)
      } else say(`Connector ${name}: ${describeState(state)}`)
    } catch (error) {
      const known = toFactsError(error)
      if (known.code !== 'CONNECT_UNAVAILABLE') throw known
      say(known.message)
    }
    await pause(intervalMs, signal)
  }
}

/** False when it was ended early, because all is over. */
function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal }).catch(() => false)
}

function hopeless(
  name: string,
  restarts: number,
  { part, trace }: { readonly part: string; readonly trace: string },
): FactsError {
  return new FactsError(
    'CONNECTOR_FAILED',
    `${part} failed again after ${restarts} restarts of ${name} in a row: ${traceSummary(trace)}. Restarting does not mend this; "facts doctor" says what may be wrong. Changes are kept by the replication slot meanwhile, as long as it is there and the disk has room.`,
  )
}
