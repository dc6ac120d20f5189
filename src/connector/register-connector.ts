import { setTimeout as pause } from 'node:timers/promises'
import { commandLine } from '../command-line'
import type { Config } from '../config/config'
import { FactsError, toFactsError } from '../errors'
import { restAddress } from '../config/rest-config'
import type { DeclaredTable } from '../source/declared-table'
import { sourceFindings } from '../source/inspect-source'
import type { SourceFinding } from '../source/source-finding'
import { describeSourceFinding, stopsCapture } from '../source/source-finding'
import type { ConnectClient } from './connect-client'
import { connectClient } from './connect-client'
import type { Connector } from './connector-file'
import { connectorFile, namesSource, readConnectorFile } from './connector-file'
import type { ConnectorState } from './connector-state'
import { describeState, failureOf, isHalted, isRunning } from './connector-state'
import type { SlotLoss } from './slot-loss'
import { RESYNC, saysLost, slotIsGone, slotLoss, slotOf } from './slot-loss'
import { sourceSettings } from './source-settings'
import { traceSummary } from './trace-summary'

/** The configuration with the application whose connector it is. */
type SourceConfig = Config & { readonly app: Parameters<typeof connectorFile>[0] }

export interface RegisterConnectorOptions {
  readonly config: SourceConfig
  /** The declared tables, whose columns are always captured. */
  readonly declared?: readonly DeclaredTable[]
  /** Connector file; default the one of the application. */
  readonly file?: string
  /** Milliseconds for everything; default 60,000. */
  readonly timeout?: number
  /**
   * Milliseconds that a state must last to count; default 2,000. The status is the last record on Connect's status topic: right
   * after a change it is still the old one, and a task is RUNNING before Debezium detects an error.
   */
  readonly settle?: number
  /** Whether to resume a connector that was stopped or paused; otherwise that is CONNECTOR_FAILED. */
  readonly resume?: boolean
  /** Receives a line of progress after each action or change of state. */
  readonly onProgress?: (line: string) => void
}

export interface RegisteredConnector {
  readonly name: string
  readonly outcome: 'created' | 'updated' | 'unchanged'
}

const POLL_MS = 250

/**
 * Creates the connector, updates it, or does nothing when it is unchanged; restarts failed tasks; resolves when the connector
 * and its task run. Throws FactsError CONFIG_INVALID (the file), SOURCE_UNFIT (a table that cannot be captured, with the
 * remedy), CHANGES_LOST (a lost slot, which no restart recovers), DATABASE_UNAVAILABLE, CONNECT_UNAVAILABLE (no answer in
 * time), CONNECTOR_REFUSED (settings, with Debezium's reasons), CONNECTOR_FAILED (with the trace), TIMED_OUT.
 */
export async function registerConnector(
  options: RegisterConnectorOptions,
): Promise<RegisteredConnector> {
  const {
    config,
    file = connectorFile(options.config.app),
    timeout = 60_000,
    settle = 2_000,
  } = options
  const say = options.onProgress ?? ((): void => undefined)
  const read = readConnectorFile(file, config)
  const client = connectClient(config.connect)
  const waiting: Waiting = { until: Date.now() + timeout, say }
  const connector = await checked(read, options, waiting)
  const attempt: Attempt = { ...waiting, client, connector, settle }

  await requireValid(attempt)
  say(
    `Kafka Connect at ${restAddress(config.connect).base} accepts the settings of ${connector.name}`,
  )
  await refuseLost(attempt, config)
  const outcome = await put(attempt)
  say(`connector ${connector.name} ${outcome}`)
  const before = await patiently(attempt, () => client.state(connector.name))
  if (outcome === 'unchanged' && before !== undefined && isRunning(before)) {
    say(`${connector.name}: ${describeState(before)}`)
    return { name: connector.name, outcome }
  }
  if (before !== undefined && failureOf(before) !== undefined) {
    await patiently(attempt, () => client.restartFailed(connector.name))
    say('restarted the failed tasks')
  }
  if (options.resume === true && before !== undefined && isHalted(before)) {
    await patiently(attempt, () => client.resume(connector.name))
    say('resumed the connector')
  }
  await waitUntilRunning(attempt)
  return { name: connector.name, outcome }
}

interface Waiting {
  /** Epoch milliseconds. */
  readonly until: number
  readonly say: (line: string) => void
}

interface Attempt extends Waiting {
  readonly client: ConnectClient
  readonly connector: Connector
  readonly settle: number
}

const AWAY: ReadonlySet<string> = new Set(['CONNECT_UNAVAILABLE', 'DATABASE_UNAVAILABLE'])

/** The connector with the settings from its database; logs or rejects problems of the database. */
async function checked(
  connector: Connector,
  { config, declared = [] }: RegisterConnectorOptions,
  waiting: Waiting,
): Promise<Connector> {
  const { say } = waiting
  const look = (): ReturnType<typeof sourceSettings> => sourceSettings(connector, config, declared)
  // A file with explicit tables needs no database.
  if (!namesSource(connector)) {
    const found = await look().catch((error: unknown) => {
      say(`the source database was not checked: ${toFactsError(error).message}`)
    })
    if (found !== undefined) requireFit(sourceFindings(found.examined), say)
    return connector
  }
  const found = await patiently(waiting, look)
  requireFit(sourceFindings(found.examined), say)
  for (const column of found.excluded) {
    say(
      `leaves out the column ${column}: it is not declared, and values of its type may stop the connector`,
    )
  }
  return found.connector
}

function requireFit(findings: readonly SourceFinding[], say: (line: string) => void): void {
  const unfit = findings.filter(stopsCapture)
  for (const finding of findings) {
    if (!unfit.includes(finding)) say(`${finding.status}: ${describeSourceFinding(finding)}`)
  }
  if (unfit.length === 0) return
  throw new FactsError(
    'SOURCE_UNFIT',
    `The source cannot be captured as it is:\n  ${unfit.map(describeSourceFinding).join('\n  ')}\nDo that and register again; the connector is left as it was.`,
  )
}

/** Retries a call while Connect or the database is unavailable, until the deadline. */
async function patiently<T>({ until, say }: Waiting, call: () => Promise<T>): Promise<T> {
  let said = false
  for (;;) {
    try {
      return await call()
    } catch (error) {
      const waiting = error instanceof FactsError && AWAY.has(error.code)
      if (!waiting || Date.now() >= until) throw error
      if (!said) say(`waiting: ${error.message}`)
      said = true
      await pause(POLL_MS)
    }
  }
}

async function requireValid(attempt: Attempt): Promise<void> {
  const { client, connector } = attempt
  const refused = await patiently(attempt, () =>
    client.validate({ name: connector.name, ...connector.config }),
  )
  if (refused.length === 0) return
  const lines = refused.map(({ field, reasons }) => `\n  ${field}: ${reasons.join(' ')}`)
  throw new FactsError(
    'CONNECTOR_REFUSED',
    `Kafka Connect refuses the settings of connector ${connector.name}:${lines.join('')}\nCorrect the connector file or what it refers to, and register again.`,
  )
}

/** A database that does not answer is not retried: the start of the connector shows whether it can connect. */
async function refuseLost(
  { client, connector, say }: Attempt,
  config: Pick<Config, 'database'>,
): Promise<void> {
  let loss: SlotLoss | undefined
  try {
    loss = await slotLoss(client, connector, config)
  } catch (error) {
    say(`whether its slot has lost changes was not checked: ${toFactsError(error).message}`)
  }
  if (loss !== undefined) throw changesLost(loss)
}

function changesLost({ what }: SlotLoss): FactsError {
  return new FactsError('CHANGES_LOST', `Changes are lost: ${what}. ${RESYNC}`)
}

async function put(attempt: Attempt): Promise<RegisteredConnector['outcome']> {
  const { client, connector } = attempt
  const wanted = { name: connector.name, ...connector.config }
  const present = await patiently(attempt, () => client.config(connector.name))
  if (present !== undefined && sameSettings(present, wanted)) return 'unchanged'
  await patiently(attempt, () => client.put(connector.name, wanted))
  return present === undefined ? 'created' : 'updated'
}

function sameSettings(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): boolean {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => left[key] === right[key])
}

async function waitUntilRunning(attempt: Attempt): Promise<void> {
  const { client, connector, until, settle, say } = attempt
  let last = ''
  let since = Date.now()
  for (;;) {
    const state = await patiently(attempt, () => client.state(connector.name))
    const line = state === undefined ? 'not started yet' : describeState(state)
    if (line !== last) {
      say(`${connector.name}: ${line}`)
      last = line
      since = Date.now()
    }
    const settled = Date.now() - since >= settle
    if (state !== undefined && settled) {
      if (isRunning(state)) return
      throwWhenStuck(state, connector)
    }
    if (Date.now() >= until) {
      throw new FactsError(
        'TIMED_OUT',
        `Connector ${connector.name} was not running in time; last seen: ${line}. The log of Kafka Connect says why; --timeout gives it longer.`,
      )
    }
    await pause(Math.min(POLL_MS, settle / 2))
  }
}

function throwWhenStuck(state: ConnectorState, connector: Connector): void {
  const failure = failureOf(state)
  if (failure !== undefined && saysLost(failure.trace))
    throw changesLost(slotIsGone(slotOf(connector)))
  if (failure !== undefined) {
    throw new FactsError(
      'CONNECTOR_FAILED',
      `The ${failure.part} failed:\n  ${traceSummary(failure.trace)}\nFix the cause and register again, which also restarts it.`,
    )
  }
  if (isHalted(state)) {
    throw new FactsError(
      'CONNECTOR_FAILED',
      `Connector ${state.name} is ${state.connector.state}: an operator stopped it, and no change is captured. ${commandLine('register-connector', '--resume')} resumes it.`,
    )
  }
}
