import { Client } from 'pg'
import type { AppConfig } from '../../app/app-config'
import { declaredTables } from '../../compose/topology'
import { capturePassword } from '../../config/config'
import type { Connector } from '../../connector/connector-file'
import { connectorFile, readConnectorFile } from '../../connector/connector-file'
import { captureOf } from '../../connector/source-settings'
import { FactsError } from '../../errors'
import { readServer } from '../../introspect/read-server'
import type { ServerModel } from '../../introspect/server-model'
import type { AppNames } from '../../pull/plan'
import { serverNotes } from '../../pull/server-notes'
import { HEARTBEAT } from '../../source/capture-rules'
import { examineSource, onSource, sourceFindings } from '../../source/inspect-source'
import { inSnapshot } from '../../source/read-catalog'
import type { SourceRule } from '../../source/source-finding'
import { textOf } from '../pull/app-folder'
import { PASSWORD_FILE, PREPARE_SQL, prepareDatabase } from '../pull/prepare-database'

export interface GivenDatabaseOptions {
  readonly config: AppConfig
  /** Whether to prepare it without asking. */
  readonly yes: boolean
  readonly say: (line: string) => void
}

/** A database that the connector can capture. */
export interface GivenDatabase {
  readonly name: string
  readonly slot: string
  /** Host and port, as this machine reaches it. */
  readonly host: string
  readonly port: number
}

interface Seen {
  readonly name: string
  readonly server: ServerModel
  /** What PREPARE_SQL would make, or change. */
  readonly lacks: readonly string[]
}

/**
 * Looks at a database that is not this program's. What its server lacks is said, with the settings' names, and is not changed; what
 * `facts prepare` makes is made after asking. Throws SOURCE_UNFIT, DATABASE_UNAVAILABLE, or CONFIG_INVALID without consent.
 */
export async function readyDatabase(options: GivenDatabaseOptions): Promise<GivenDatabase> {
  const { config, say, yes } = options
  const { url } = config.database
  const address = new URL(url)
  if (address.hostname === '') {
    throw new FactsError(
      'CONFIG_INVALID',
      'Kafka Connect reaches a database by TCP, and database.url names no host. Write it as postgres://user:password@host:port/database.',
    )
  }
  const connector = readConnectorFile(connectorFile(config.app), config)
  const names = namesIn(connector)
  const { name, server, lacks } = await look(config, connector)
  const notes = serverNotes(server, names)
  if (notes.length > 0) {
    const lines = notes.map(({ what, remedy }) => `\n  ${what}. ${remedy}`)
    throw new FactsError(
      'SOURCE_UNFIT',
      `${name} at ${address.host} cannot be captured as it is:${lines.join('')}\nNothing was changed there.`,
    )
  }
  if (lacks.length > 0) {
    for (const line of lacks) say(`${name} lacks ${line}`)
    const { folder } = config.app
    const sql = textOf(folder, PREPARE_SQL)
    if (sql === undefined) {
      throw new FactsError(
        'SOURCE_UNFIT',
        `${name} is not prepared for its capture. docs/source-database.md has the statements; nothing was changed.`,
      )
    }
    await prepareDatabase({ folder, url, database: { name, server }, names, sql, yes, say })
  }
  return {
    name,
    slot: connector.config['slot.name'] ?? names.publication,
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: Number(address.port === '' ? 5432 : address.port),
  }
}

/** The names that the connector has; its file is the application's own. */
function namesIn({ name, config }: Connector): AppNames {
  return {
    name,
    package: name,
    publication: config['publication.name'] ?? '',
    role: config['database.user'] ?? '',
  }
}

function look(config: AppConfig, connector: Connector): Promise<Seen> {
  const { publication, role } = namesIn(connector)
  return onSource(config.database.url, async (client) => {
    const { name, server } = await inSnapshot(client, () => readServer(client))
    const examined = await examineSource(client, captureOf(connector), declaredTables(config))
    const { tables, publication: found } = examined.catalog
    const beats = tables.some((table) => table.name === HEARTBEAT && table.isPublished)
    const unread = sourceFindings(examined)
    const where = (rule: SourceRule): readonly string[] =>
      unread.filter((finding) => finding.rule === rule).map((finding) => finding.where)
    const published = [
      ...where('not-published').map((table) => `the table ${table} in ${publication}`),
      ...(beats ? [] : [`the table ${HEARTBEAT} in ${publication}`]),
    ]
    const lacks = [
      ...(server.roles.some((one) => one.name === role) ? [] : [`the role ${role}`]),
      ...(found === undefined ? [`the publication ${publication}`] : published),
      ...where('not-readable').map((table) => `${role}'s right to read ${table}`),
    ]
    return { name, server, lacks }
  })
}

/**
 * The password that Kafka Connect on this machine logs in with, tried at the database. Throws CONFIG_INVALID when it is not known
 * here, or is another one.
 */
export async function passwordOfCapture(config: AppConfig): Promise<string> {
  const connector = readConnectorFile(connectorFile(config.app), config)
  const role = connector.config['database.user'] ?? ''
  const kept = textOf(config.app.folder, PASSWORD_FILE)?.trim()
  const password = capturePassword() ?? kept
  const set = `to set another one, for all who log in as ${role}, write that to the file and run facts prepare --apply --password-file ${PASSWORD_FILE}.`
  if (password === undefined || password === '') {
    throw new FactsError(
      'CONFIG_INVALID',
      `The password of the role ${role} is not known here. Set CDC_PASSWORD to it, or write it to ${PASSWORD_FILE} beside facts.config.ts. Or, ${set}`,
    )
  }
  const url = new URL(config.database.url)
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  const client = new Client({ connectionString: url.href, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return password
  } catch (cause) {
    const { code, message } = cause as Error & { readonly code?: string }
    if (code !== '28P01') {
      throw new FactsError(
        'SOURCE_UNFIT',
        `The role ${role} cannot log in to ${url.host}: ${message}. The connector needs that: see pg_hba.conf, or the rules of your service.`,
        { cause },
      )
    }
    const where = capturePassword() === undefined ? PASSWORD_FILE : 'CDC_PASSWORD'
    throw new FactsError(
      'CONFIG_INVALID',
      `PostgreSQL at ${url.host} refuses the password of the role ${role} that is in ${where}. Correct it. Or, ${set}`,
      { cause },
    )
  } finally {
    await client.end().catch(() => undefined)
  }
}
