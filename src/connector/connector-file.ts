import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Config } from '../config/config'
import { FactsError } from '../errors'
import { isLoopback } from '../served-hosts'

/** Name and settings of a connector, ready for Kafka Connect. The worker resolves `${provider:...}` values. */
export interface Connector {
  readonly name: string
  readonly config: Readonly<Record<string, string>>
}

const ConnectorSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9._-]+$/, 'expected letters, digits, ".", "_" or "-"'),
  config: z.record(
    z.string(),
    z.string('expected text; Kafka Connect settings are text, so quote numbers and booleans'),
  ),
})

/** Settings that hold secrets by name, after Debezium's own masking pattern (custom.sanitize.pattern). */
const SECRET = /(password|secret|sasl\.jaas\.config|credentials|connection\.?string|token)$/i

/** Placeholders that are filled in from the source database; see `sourceSettings`. */
const SOURCE_NAMES = ['CAPTURED_TABLES', 'EXCLUDED_COLUMNS'] as const
const SOURCE_NAME = new RegExp(String.raw`\$\{(${SOURCE_NAMES.join('|')})\}`, 'g')

/** Path of the file that an application names. */
export function connectorFile(app: {
  readonly folder: string
  readonly connector: string
}): string {
  return resolve(app.folder, app.connector)
}

/**
 * Reads a connector file and replaces each `${NAME}` by its value in the configuration; those that are filled in from the
 * source database stay. What database.url says of TLS is added, where the file does not. Throws FactsError CONFIG_INVALID for a file that is missing or malformed, an unknown name, or a secret
 * in plain text instead of `${provider:...}` (see Kafka's ConfigProvider): the file is committed, and Connect's API shows it
 * to everyone.
 */
export function readConnectorFile(file: string, config: Config): Connector {
  const connector = parse(file)
  const values = placeholders(config)
  const settings = Object.entries(connector.config).map(([key, text]): [string, string] => {
    if (SECRET.test(key) && !/^\$\{[a-zA-Z]+:[^}]*\}$/.test(text)) {
      throw invalid(
        file,
        `"${key}" holds a secret in the open. Name it through a config provider, for example "\${env:CDC_PASSWORD}", and set that variable for the Connect worker.`,
      )
    }
    return [key, substitute(file, key, text, values)]
  })
  return {
    name: connector.name,
    config: { ...encryption(config), ...Object.fromEntries(settings) },
  }
}

/** Parameters of database.url, and the settings that Debezium has for them. */
const ENCRYPTION = {
  sslmode: 'database.sslmode',
  sslrootcert: 'database.sslrootcert',
  sslcert: 'database.sslcert',
  sslkey: 'database.sslkey',
} as const

/** A Kafka Connect on this machine reaches the database as this machine does; another one has other files. */
function encryption({ connect, database }: Config): Readonly<Record<string, string>> {
  if (!isLoopback(new URL(connect.url).hostname)) return {}
  const { searchParams } = new URL(database.url)
  const settings = Object.entries(ENCRYPTION).map(([name, key]) => [key, searchParams.get(name)])
  const given = settings.filter(([, value]) => value !== null)
  // Node's own word for a connection that is encrypted and not verified.
  return Object.fromEntries(
    given.map(([key, value]) => [key, value === 'no-verify' ? 'require' : value]),
  ) as Readonly<Record<string, string>>
}

/** Whether a setting takes its value from the source database. */
export function namesSource({ config }: Connector): boolean {
  return sourceKeys({ config }).length > 0
}

/** The settings that do. */
export function sourceKeys({ config }: Pick<Connector, 'config'>): readonly string[] {
  return Object.keys(config).filter((key) => config[key]?.search(SOURCE_NAME) !== -1)
}

/** The connector with the values from the source database. */
export function fillPlaceholders(
  { name, config }: Connector,
  values: ReadonlyMap<string, string>,
): Connector {
  const filled = Object.entries(config).map(([key, text]): [string, string] => [
    key,
    text.replace(SOURCE_NAME, (whole, placeholder: string) => values.get(placeholder) ?? whole),
  ])
  return { name, config: Object.fromEntries(filled) }
}

function parse(file: string): z.output<typeof ConnectorSchema> {
  if (!existsSync(file)) {
    throw new FactsError('CONFIG_INVALID', `The connector file ${file} does not exist.`)
  }
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw invalid(file, `it is not JSON: ${(cause as Error).message}`, cause)
  }
  const result = ConnectorSchema.safeParse(content)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => `${issue.path.join(' → ')}: ${issue.message}`)
  throw invalid(
    file,
    `${issues.join('; ')}. Expected { "name": "...", "config": { "setting": "text" } }.`,
  )
}

/** The names that a connector file may use. */
function placeholders(config: Config): ReadonlyMap<string, string> {
  const { database, connector, topics } = config
  return new Map([
    ['DATABASE_HOST', connector.databaseHost],
    ['DATABASE_PORT', String(connector.databasePort)],
    ['DATABASE_NAME', decodeURIComponent(new URL(database.url).pathname.slice(1))],
    ['TOPIC_PARTITIONS', String(topics.partitions)],
    ['TOPIC_REPLICATION_FACTOR', String(topics.replicationFactor)],
    ['TOPIC_MAX_MESSAGE_BYTES', String(topics.maxMessageBytes)],
  ])
}

function substitute(
  file: string,
  key: string,
  text: string,
  values: ReadonlyMap<string, string>,
): string {
  return text.replace(/\$\{([^}:]*)\}/g, (whole, name: string) => {
    if (whole.search(SOURCE_NAME) === 0) return whole
    const value = values.get(name)
    if (value === undefined) {
      throw invalid(
        file,
        `"${key}" uses the unknown placeholder \${${name}}. Known: ${[...values.keys(), ...SOURCE_NAMES].join(', ')}; secrets are written \${env:NAME}.`,
      )
    }
    return value
  })
}

function invalid(file: string, what: string, cause?: unknown): FactsError {
  return new FactsError('CONFIG_INVALID', `The connector file ${file}: ${what}`, { cause })
}
