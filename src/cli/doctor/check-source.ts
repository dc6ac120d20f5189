import type { Client } from 'pg'
import { commandLine } from '../../command-line'
import type { Config } from '../../config/config'
import type { Connector } from '../../connector/connector-file'
import { captureOf, sourceSettings } from '../../connector/source-settings'
import type { Examined } from '../../source/capture-rules'
import { declarationOf } from '../../source/capture-rules'
import type { DeclaredTable } from '../../source/declared-table'
import { onSource, sourceFindings } from '../../source/inspect-source'
import type { SourceFinding } from '../../source/source-finding'
import type { Finding } from '../../dev-stack/machine/finding'

export interface SourceCheckOptions {
  readonly config: Config
  /** From the connector file. */
  readonly connector: Connector
  readonly declared: readonly DeclaredTable[]
  /** Settings of the registered connector; undefined when it is not registered, or Connect does not answer. */
  readonly running: () => Promise<Readonly<Record<string, string>> | undefined>
  /** Whether the status of the connector and its task is RUNNING. */
  readonly saysRunning: () => Promise<boolean>
}

/** Checks the tables as they are captured now. Throws DATABASE_UNAVAILABLE, SOURCE_UNFIT. */
export async function checkSource(options: SourceCheckOptions): Promise<readonly Finding[]> {
  const { config, connector, declared } = options
  const running = await options.running().catch(() => undefined)
  const wanted = await sourceSettings(connector, config, declared)
  const examined =
    running === undefined
      ? wanted.examined
      : { ...wanted.examined, capture: captureOf({ config: running }) }
  const findings = sourceFindings(examined)
  const slot = connector.config['slot.name'] ?? ''
  return [
    tables(examined),
    ...findings.map(described),
    ...undeclared(examined),
    ...(running === undefined ? [] : [drift(wanted.connector, running)]),
    ...(await onSource(config.database.url, (client) =>
      snapshot(client, slot, options.saysRunning, findings),
    )),
  ]
}

function tables({ catalog, declared }: Examined): Finding {
  const published = catalog.tables.filter(({ isPublished }) => isPublished).length
  const detail = `${published} tables are published, facts need ${declared.length}`
  return { name: 'source tables', status: 'ok', detail }
}

function described({ rule, status, where, what, since, remedy }: SourceFinding): Finding {
  const when = since === undefined ? '' : `, since ${since.toISOString()}`
  return { name: `source ${where}`, status, detail: `${what} [${rule}${when}]`, remedy }
}

/** Columns of declared tables that no declaration names; for information, not a failure. */
function undeclared(examined: Examined): readonly Finding[] {
  return examined.catalog.tables.flatMap((table) => {
    const names = declarationOf(table, examined)?.columns.map(({ name }) => name)
    const others = table.columns.filter(({ name }) => names?.includes(name) === false)
    if (others.length === 0) return []
    const detail = `columns that no fact uses: ${others.map(({ quoted }) => quoted).join(', ')}`
    return [{ name: `source ${table.quoted}`, status: 'ok' as const, detail }]
  })
}

/** Reports names of settings only: a value may be a secret. */
function drift({ name, config }: Connector, running: Readonly<Record<string, string>>): Finding {
  const label = `connector ${name} settings`
  const wanted: Readonly<Record<string, string>> = { name, ...config }
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(running)])]
  const different = keys.filter((key) => wanted[key] !== running[key])
  if (different.length === 0) return { name: label, status: 'ok', detail: 'as in its file' }
  return {
    name: label,
    status: 'warn',
    detail: `the running connector differs from its file and its database in ${different.join(', ')}`,
    remedy: `${commandLine('register-connector')}, which brings it up to date; or correct the file.`,
  }
}

/** RUNNING with an inactive slot: a snapshot is being taken, or restarts repeatedly. */
async function snapshot(
  client: Client,
  slot: string,
  saysRunning: () => Promise<boolean>,
  findings: readonly SourceFinding[],
): Promise<readonly Finding[]> {
  if (!(await saysRunning().catch(() => false))) return []
  const { rows } = await client.query<{ active: boolean; since: string | null }>(
    `SELECT active, to_jsonb(s) ->> 'inactive_since' AS since FROM pg_replication_slots s WHERE slot_name = $1`,
    [slot],
  )
  const [found] = rows
  if (found === undefined || found.active) return []
  const since = found.since === null ? '' : ` since ${found.since}`
  const name = 'connector snapshot'
  const cause = findings.find(({ rule }) => rule === 'not-readable')
  if (cause !== undefined) {
    return [
      {
        name,
        status: 'fail',
        detail: `the connector is RUNNING but reads no changes${since}: its snapshot cannot end, because it may not read ${cause.where}`,
        remedy: cause.remedy,
      },
    ]
  }
  return [
    {
      name,
      status: 'warn',
      detail: `the connector is RUNNING but reads no changes${since}: it is taking a snapshot, or restarts one repeatedly`,
      remedy:
        'A snapshot of large tables takes a while; when the log of Kafka Connect repeats an error, fix its cause.',
    },
  ]
}
