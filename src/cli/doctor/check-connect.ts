import { z } from 'zod'
import { commandLine } from '../../command-line'
import type { Config } from '../../config/config'
import { connectorStatus } from '../../connector/connector-status'
import { FactsError } from '../../errors'
import { restAddress } from '../../config/rest-config'
import { RESYNC, saysLost } from '../../connector/slot-loss'
import type { Finding } from '../../dev-stack/machine/finding'

export interface ConnectCheckOptions {
  readonly config: Config
  /** Connector name and class in the connector file. */
  readonly connector: string
  readonly plugin: string
}

const Plugins = z.array(z.object({ class: z.string(), version: z.string().nullish() }))

/** The worker, its plugin, the connector. Throws FactsError CONNECT_UNAVAILABLE. */
export async function checkConnect(options: ConnectCheckOptions): Promise<readonly Finding[]> {
  const { config, connector, plugin } = options
  const status = await connectorStatus(config, connector)
  const { base: url, headers } = restAddress(config.connect)
  const signal = AbortSignal.timeout(5_000)
  const answer = await fetch(`${url}/connector-plugins`, { signal, headers })
  const plugins = Plugins.safeParse(await answer.json())
  if (!plugins.success) {
    throw new FactsError(
      'CONNECT_UNAVAILABLE',
      `What answers at ${url} is not Kafka Connect. Check connect.url / FACTS_CONNECT_URL.`,
    )
  }
  const found = plugins.data.find((candidate) => candidate.class === plugin)
  return [
    { name: 'connect', status: 'ok', detail: `answers at ${url}` },
    found === undefined
      ? {
          name: 'connect plugin',
          status: 'fail',
          detail: `${plugin} is not installed`,
          remedy:
            "Unpack the Debezium PostgreSQL connector into the worker's plugin.path and restart it.",
        }
      : pluginVersion(found.version ?? ''),
    describe(connector, status),
  ]
}

/** Earlier versions lose changes when the connector is restarted at the wrong moment. */
const FIRST_SAFE = [3, 7] as const

function pluginVersion(version: string): Finding {
  const name = 'connect plugin'
  const detail = `Debezium ${version}`.trim()
  const [major = 0, minor = 0] = /^(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? []
  const isBefore = major < FIRST_SAFE[0] || (major === FIRST_SAFE[0] && minor < FIRST_SAFE[1])
  if (version === '' || !isBefore) return { name, status: 'ok', detail }
  return {
    name,
    status: 'fail',
    detail: `${detail} loses changes without a word: when it is restarted within a transaction (debezium/dbz#51, debezium/dbz#76), and among rows with one LSN, such as those of one COPY or INSERT (debezium/dbz#1554)`,
    remedy:
      'Install Debezium 3.7.0 or later into the plugin.path of every Connect worker and restart them; then compare: facts resync, which names what comes next.',
  }
}

function describe(
  connector: string,
  { state, line: named, trace }: Awaited<ReturnType<typeof connectorStatus>>,
): Finding {
  const name = `connector ${connector}`
  const line = named.replace(`${connector}: `, '')
  if (state === 'running') return { name, status: 'ok', detail: line }
  if (state === 'failed') {
    const detail = trace === undefined ? line : `${line}\n  ${trace}`
    const remedy = remedyOf(trace ?? '')
    return { name, status: 'fail', detail: `${detail} [CONNECTOR_FAILED]`, remedy }
  }
  if (state === 'missing') {
    const detail = 'is not registered, so no change is captured'
    return { name, status: 'fail', detail, remedy: `${commandLine('register-connector')}.` }
  }
  if (state === 'halted') {
    const detail = `${line}: it was stopped or paused by an operator, and no change is captured`
    const remedy = `${commandLine('register-connector', '--resume')}; nothing is lost as long as its slot exists.`
    return { name, status: 'fail', detail, remedy }
  }
  return { name, status: 'warn', detail: line, remedy: 'Wait a moment and look again.' }
}

function remedyOf(trace: string): string {
  if (saysLost(trace)) return RESYNC
  return trace.includes('Failed to properly convert data value')
    ? `${commandLine('register-connector')} excludes a column that is not declared and restarts the connector; nothing is lost. For a declared column: docs/source-database.md.`
    : `Fix the cause, then ${commandLine('register-connector')}, which restarts it.`
}
