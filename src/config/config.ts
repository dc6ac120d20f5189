import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { appFolder } from './app-file'
import { ConfigSchema } from './config-schema'
import { FactsError } from '../errors'
import { isLoopback } from '../served-hosts'
import { isServiceLink } from './service-link'

/**
 * Configuration, lowest to highest precedence: defaults, those of the application, the endpoints that a running embedded stack wrote
 * (`.facts/endpoints.json`), the file (`facts.yaml`, or the path in FACTS_CONFIG), the environment (FACTS_*), flags.
 * Unknown keys are refused. Durations are milliseconds. This is the only file that reads `process.env`.
 */
export type Config = z.output<typeof ConfigSchema>
/** Values by section and key, not checked. */
export type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Environment name of each key: FACTS_ + SECTION_KEY in upper snake case. */
function environmentNames(): Map<string, readonly [section: string, key: string]> {
  const names = new Map<string, readonly [string, string]>()
  for (const [section, schema] of Object.entries(ConfigSchema.shape)) {
    for (const key of Object.keys(schema.unwrap().shape)) {
      names.set(`FACTS_${snake(section)}_${snake(key)}`, [section, key])
    }
  }
  return names
}

/** Names with the FACTS_ prefix that are not configuration keys. */
const RESERVED = new Set(['FACTS_CONFIG', 'FACTS_HOME', 'FACTS_CACHE', 'FACTS_MAVEN_REPOSITORY'])

/** Prefix of the variables that `facts follow --exec` sets for its command, which may be a verb of this program. */
const EVENT_PREFIX = 'FACTS_EVENT_'

/** Given as comma-separated text. */
const LISTS = new Set([
  'FACTS_KAFKA_BROKERS',
  'FACTS_FEED_CORS_ORIGINS',
  'FACTS_FEED_TRUSTED_PROXIES',
  'FACTS_FEED_HOSTS',
  'FACTS_FOLLOW_CHANGES_ON',
  'FACTS_FOLLOW_SELECT',
  'FACTS_FOLLOW_EXEC_ENV',
])

const snake = (name: string): string => name.replace(/([A-Z])/g, '_$1').toUpperCase()

/** Folder of the embedded stack's data, logs and endpoints: FACTS_HOME, or `.facts` in the application's folder. */
export function factsHome(
  env: NodeJS.ProcessEnv = process.env,
  folder: string = appFolder(),
): string {
  return resolve(env['FACTS_HOME'] ?? join(folder, '.facts'))
}

/** Where a running embedded stack writes its endpoints, in the shape of the configuration file. */
export function endpointsFile(env: NodeJS.ProcessEnv = process.env, folder?: string): string {
  return join(factsHome(env, folder), 'endpoints.json')
}

/** Settings of the embedded stack that are needed before the configuration is read. */
export interface StackSettings {
  readonly cache: string | undefined
  readonly mavenRepository: string | undefined
  readonly javaHome: string | undefined
  /** The search path, for finding Java and for the services' own use. */
  readonly path: string
}

export function stackSettings(env: NodeJS.ProcessEnv = process.env): StackSettings {
  return {
    cache: env['FACTS_CACHE'],
    mavenRepository: env['FACTS_MAVEN_REPOSITORY'],
    javaHome: env['JAVA_HOME'],
    path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  }
}

/** Password of the role that connectors log in with, as Kafka Connect has it in its environment. */
export function capturePassword(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env['CDC_PASSWORD']
}

/** Environment of a child process: this process's own, overridden by the given values. */
export function childEnvironment(
  values: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return { ...env, ...values }
}

export interface LoadConfigOptions {
  readonly env?: NodeJS.ProcessEnv
  /** Path of the configuration file; must exist when given. */
  readonly file?: string
  /** Values of command-line flags, by section and key. */
  readonly flags?: Sections
  /** Folder of the application; default that of this process. */
  readonly folder?: string
  /** Defaults of the application. */
  readonly defaults?: Sections
}

/** Reads, merges and validates. Throws FactsError CONFIG_INVALID with each bad key and how to fix it. */
export function loadConfig(options: LoadConfigOptions = {}): Config {
  const { env = process.env, folder = appFolder() } = options
  const given = givenSettings(options)
  const merged = merge([
    ConfigSchema.parse({}),
    options.defaults ?? {},
    fromFile(endpointsFile(env, folder), false),
    distantDatabase(given),
    given,
  ])
  const result = ConfigSchema.safeParse(merged)
  if (!result.success) throw new FactsError('CONFIG_INVALID', explain(result.error))
  return deepFreeze(result.data)
}

/** What the file, the environment and flags set: without any default, and without the endpoints of a running stack. */
export function givenSettings({
  env = process.env,
  folder = appFolder(),
  file = env['FACTS_CONFIG'],
  flags = {},
}: Omit<LoadConfigOptions, 'defaults'> = {}): Sections {
  return merge([
    fromFile(file ?? join(folder, 'facts.yaml'), file !== undefined),
    fromEnvironment(env),
    flags,
  ])
}

/** A database on another machine has one address, for Kafka Connect, too, unless another one is given. */
function distantDatabase({ database, connector }: Sections): Sections {
  if (connector?.['databaseHost'] !== undefined) return {}
  const text = database?.['url']
  if (typeof text !== 'string' || !URL.canParse(text)) return {}
  const { hostname, port } = new URL(text)
  if (hostname === '' || isLoopback(hostname)) return {}
  const databaseHost = hostname.replace(/^\[|\]$/g, '')
  return { connector: { databaseHost, databasePort: port === '' ? 5432 : port } }
}

/** Later layers over earlier ones, key by key. */
function merge(layers: readonly Sections[]): Sections {
  const merged: Record<string, Record<string, unknown>> = {}
  for (const layer of layers) {
    for (const [section, values] of Object.entries(layer)) {
      merged[section] = { ...merged[section], ...values }
    }
  }
  return merged
}

function fromFile(path: string, required: boolean): Sections {
  if (!existsSync(path)) {
    if (!required) return {}
    throw new FactsError(
      'CONFIG_INVALID',
      `The configuration file ${path} does not exist. Create it or correct FACTS_CONFIG.`,
    )
  }
  let content: unknown
  try {
    content = parsed(readFileSync(path, 'utf8')) ?? {}
  } catch (error) {
    throw new FactsError(
      'CONFIG_INVALID',
      `The configuration file ${path} is not valid YAML: ${withoutExcerpt(error as Error)}`,
    )
  }
  const sections = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(content)
  if (!sections.success) {
    throw new FactsError(
      'CONFIG_INVALID',
      `The configuration file ${path} must hold sections of keys, for example "kafka: { brokers: [localhost:9092] }".`,
    )
  }
  return sections.data
}

function parsed(text: string): unknown {
  const document = parseDocument(text)
  const [error] = [...document.errors, ...document.warnings]
  if (error !== undefined) throw error
  return document.toJS()
}

/** After its first line a message quotes the file, which may hold secrets; one about a tag or an alias quotes those. */
function withoutExcerpt({ name, message }: Error): string {
  if (name === 'YAMLWarning') return 'a tag is unknown; quote values that begin with !'
  if (name !== 'YAMLParseError') return 'an alias is undefined; quote values that begin with *'
  return message.replace(/:?\n.*/s, '')
}

function fromEnvironment(env: NodeJS.ProcessEnv): Sections {
  const names = environmentNames()
  const sections: Record<string, Record<string, unknown>> = {}
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('FACTS_') || RESERVED.has(name) || value === undefined) continue
    if (name.startsWith(EVENT_PREFIX) || isServiceLink(name, value)) continue
    const target = names.get(name)
    if (target === undefined) {
      throw new FactsError(
        'CONFIG_INVALID',
        `Unknown environment variable ${name}. Known: ${[...names.keys(), ...RESERVED].join(', ')}.`,
      )
    }
    const [section, key] = target
    sections[section] = {
      ...sections[section],
      [key]: LISTS.has(name) ? value.split(',').map((one) => one.trim()) : value,
    }
  }
  return sections
}

function explain(error: z.ZodError): string {
  const lines = error.issues.map((issue) => {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      const where = path === '' ? 'at the top level' : `in "${path}"`
      return `unknown key ${issue.keys.map((k) => `"${k}"`).join(', ')} ${where}`
    }
    return `${path}: ${issue.message}`
  })
  return `Invalid configuration: ${lines.join('; ')}. Correct the file, the FACTS_* variable or the flag that sets it.`
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (inner !== null && typeof inner === 'object') deepFreeze(inner as object)
  return Object.freeze(value)
}
