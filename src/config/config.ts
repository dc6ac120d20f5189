import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { appFolder } from './app-file'
import { DatabaseUrlSchema } from './database-config'
import { FactsError } from '../errors'
import { FeedConfigSchema } from './feed-config'
import { FollowConfigSchema } from './follow-config'
import { KafkaConfigSchema } from './kafka-config'
import { RestServiceSchema } from './rest-config'
import { isServiceLink } from './service-link'

/**
 * Configuration, lowest to highest precedence: defaults, those of the application, the endpoints that a running embedded stack wrote
 * (`.facts/endpoints.json`), the file (`facts.yaml`, or the path in FACTS_CONFIG), the environment (FACTS_*), flags.
 * Unknown keys are refused. Durations are milliseconds. This is the only file that reads `process.env`.
 */
/** 0 takes a free port. */
const Port = z.coerce.number().int().min(0).max(65_535)

export const ConfigSchema = z.strictObject({
  kafka: KafkaConfigSchema,
  registry: RestServiceSchema.default({ url: 'http://localhost:8081/apis/ccompat/v7' }),
  connect: RestServiceSchema.default({ url: 'http://localhost:8083' }),
  database: z
    .strictObject({
      /** The watched application's own database, as its owner. */
      url: DatabaseUrlSchema,
    })
    .default({ url: 'postgres://postgres@localhost:5432/postgres' }),
  connector: z
    .strictObject({
      /**
       * Host name under which Kafka Connect reaches the database; in containers it differs from the one in `database.url`. The
       * default fits docker-compose.yml, so that the verbs work from the host; the embedded stack writes its own.
       */
      databaseHost: z.string().min(1),
      databasePort: z.coerce.number().int().min(1).max(65_535),
    })
    .default({ databaseHost: 'postgres', databasePort: 5432 }),
  pipeline: z
    .strictObject({
      /** Consumer group and prefix of every transactional id. Two pipelines with one id fence each other. */
      applicationId: z.string().regex(/^[A-Za-z0-9._-]+$/),
      /** Processes in the group on this machine. */
      workers: z.coerce.number().int().min(1).max(64),
      /** Milliseconds after which the group gives a silent instance's partitions to others; brokers allow 6,000 and more. */
      sessionTimeoutMs: z.coerce.number().int().min(1_000).max(300_000),
      /**
       * Number of the database's current history: raise it by one after a restore or a failover that set positions back,
       * when the pipeline requires it (EPOCH_CHANGED).
       */
      epoch: z.coerce.number().int().min(1).max(1_000_000),
      /** Static membership (group.instance.id), unique and stable: a killed instance keeps its partitions until it returns. `hostname` uses the host's name. */
      instanceId: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,200}$/)
        .transform((id) => (id === 'hostname' ? hostname() : id))
        .optional(),
      /**
       * Bad changes of a partition after which the pipeline stops, if at least half of those processed in that time were bad, as
       * with a wrong converter; 0 makes each a dead letter, regardless of their number.
       */
      badRecordsToStop: z.coerce.number().int().min(0).max(100_000),
      /** Milliseconds without progress of a batch, a restore or the tables after which /readyz answers 503. */
      stallMs: z.coerce.number().int().min(1_000).max(3_600_000),
      /** Milliseconds without a heartbeat of the connector after which /readyz reports that nothing is captured; 0 disables it. */
      captureSilentMs: z.coerce.number().int().min(0).max(86_400_000),
      /** Folder of the tasks' state; if lost, it is restored from the changelogs. Default: `state` in FACTS_HOME. */
      stateDir: z.string().min(1).optional(),
    })
    .default({
      applicationId: 'facts',
      workers: 1,
      sessionTimeoutMs: 10_000,
      epoch: 1,
      badRecordsToStop: 20,
      stallMs: 30_000,
      captureSilentMs: 30_000,
    }),
  topics: z
    .strictObject({
      partitions: z.coerce.number().int().min(1).max(1000),
      replicationFactor: z.coerce.number().int().min(1).max(9),
      /**
       * Size in bytes of the largest record that topics accept and that the connector sends. A row is larger as a record than in
       * its table: quotes and line ends take two bytes, bytea is base64. The default is for rows of 10 MB.
       */
      maxMessageBytes: z.coerce.number().int().min(1_048_588).max(100_000_000),
    })
    .default({ partitions: 6, replicationFactor: 1, maxMessageBytes: 16_777_216 }),
  http: z
    .strictObject({
      host: z.string().min(1),
      port: Port,
    })
    .default({ host: '127.0.0.1', port: 9464 }),
  feed: FeedConfigSchema,
  follow: FollowConfigSchema,
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
      /** auto: pretty on a terminal, JSON lines otherwise. */
      format: z.enum(['auto', 'pretty', 'json']),
    })
    .default({ level: 'info', format: 'auto' }),
})

export type Config = z.output<typeof ConfigSchema>
type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>

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
  const env = options.env ?? process.env
  const { folder = appFolder() } = options
  const layers = [
    options.defaults ?? {},
    fromFile(endpointsFile(env, folder), false),
    fromFile(
      options.file ?? env['FACTS_CONFIG'] ?? join(folder, 'facts.yaml'),
      options.file !== undefined || env['FACTS_CONFIG'] !== undefined,
    ),
    fromEnvironment(env),
    options.flags ?? {},
  ]
  const defaults = ConfigSchema.parse({}) as unknown as Sections
  const merged: Record<string, Record<string, unknown>> = structuredClone(defaults)
  for (const layer of layers) {
    for (const [section, values] of Object.entries(layer)) {
      merged[section] = { ...merged[section], ...values }
    }
  }
  const result = ConfigSchema.safeParse(merged)
  if (!result.success) throw new FactsError('CONFIG_INVALID', explain(result.error))
  return deepFreeze(result.data)
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
