import { commandLine } from '../command-line'
import type { Config } from '../config/config'
import { connectClient } from './connect-client'
import { describeState, failureOf, isHalted, isRunning } from './connector-state'
import { traceSummary } from './trace-summary'

export interface ConnectorStatus {
  /** halted: stopped or paused by an operator; missing: Connect has no such connector. */
  readonly state: 'running' | 'starting' | 'failed' | 'halted' | 'missing'
  /** One line for people. */
  readonly line: string
  /** The useful lines of the stack trace, when something failed. */
  readonly trace?: string
}

/** Current status of a connector. Throws FactsError CONNECT_UNAVAILABLE when Connect does not answer. */
export async function connectorStatus(config: Config, name: string): Promise<ConnectorStatus> {
  const state = await connectClient(config.connect).state(name)
  if (state === undefined) {
    return {
      state: 'missing',
      line: `connector ${name} is not registered; run ${commandLine('register-connector')}`,
    }
  }
  const line = `${name}: ${describeState(state)}`
  const failure = failureOf(state)
  if (failure !== undefined) return { state: 'failed', line, trace: traceSummary(failure.trace) }
  if (isHalted(state)) return { state: 'halted', line }
  return { state: isRunning(state) ? 'running' : 'starting', line }
}
