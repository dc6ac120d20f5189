import { z } from 'zod'
import type { Config } from '../../config'
import { connectorStatus } from '../../connect/connector-status'
import { FactsError } from '../../errors'
import { restAddress } from '../../rest-config'
import type { Finding } from '../../stack/finding'

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
      : { name: 'connect plugin', status: 'ok', detail: `Debezium ${found.version ?? ''}`.trim() },
    describe(connector, status),
  ]
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
    const remedy = 'Mend the cause, then npm run register-connector starts it again.'
    return { name, status: 'fail', detail: `${detail} [CONNECTOR_FAILED]`, remedy }
  }
  const remedy =
    state === 'missing' ? 'npm run register-connector.' : 'Wait a moment and look again.'
  const detail = state === 'missing' ? 'is not registered' : line
  return { name, status: 'warn', detail, remedy }
}
