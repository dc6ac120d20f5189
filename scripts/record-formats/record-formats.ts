import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { probeKafka } from '../../src/broker/kafka/admin/probe'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { readAll } from '../../src/broker/read-all'
import { connectClient } from '../../src/connector/connect-client'
import { ensureArtifacts } from '../../src/dev-stack/artifacts/artifact-cache'
import { artifactLock } from '../../src/dev-stack/artifacts/artifact-lock'
import type { Stack } from '../../src/dev-stack/stack'
import { startStack } from '../../src/dev-stack/start-stack'
import { createLogger } from '../../src/telemetry'
import type { LogRecord } from '../../src/topology/record'
import { REGISTRY, type Settings } from './forms'

export interface RecordedFormats {
  readonly versions: Readonly<Record<'debezium' | 'kafka' | 'postgresql', string>>
  /** Settings of each form's connector that concern its records. */
  readonly forms: Readonly<Record<string, Settings>>
  /** Schemas in the registry, by the ids that are in the records. */
  readonly schemas: Readonly<Record<string, string>>
  /** Text of each form's file: one record a line. */
  readonly files: ReadonlyMap<string, string>
}

const DATABASE = 'recorded'
/** In the row that is written last. */
const LAST = Buffer.from('the last one')

/** What every form's connector has, of what concerns its records. */
const COMMON: Settings = {
  'database.dbname': DATABASE,
  'provide.transaction.metadata': 'true',
  'skipped.operations': 'none',
  'include.unknown.datatypes': 'true',
}

/** What the connectors write of the tables and changes of this folder, each with the settings of its form. */
export async function recordFormats(
  home: string,
  forms: Readonly<Record<string, Settings>>,
  say: (line: string) => void,
): Promise<RecordedFormats> {
  const count = String(Object.keys(forms).length + 5)
  const converters = join(home, 'converters')
  await copyConverters(converters)
  const lock = artifactLock()
  const options = { lock, cache: undefined, repository: undefined, groups: ['debezium' as const] }
  const { debezium } = await ensureArtifacts(options)
  const stack = await startStack({
    application: DATABASE,
    home,
    services: ['postgres', 'connect', 'registry'],
    settings: {
      postgres: { max_replication_slots: count, max_wal_senders: count },
      connect: { 'plugin.path': `${debezium},${home}`, 'plugin.discovery': 'hybrid_warn' },
    },
  })
  try {
    return await recordOn(stack, forms, say)
  } finally {
    await stack.stop()
  }
}

async function recordOn(
  stack: Stack,
  forms: Readonly<Record<string, Settings>>,
  say: (line: string) => void,
): Promise<RecordedFormats> {
  const url = new URL(stack.superuserUrl ?? '')
  url.pathname = DATABASE
  const database = new Client(url.href)
  await database.connect()
  try {
    await database.query(sql('tables.sql'))
    const settings = Object.fromEntries(
      Object.entries(forms).map(([name, own]) => [
        name,
        { 'topic.prefix': name, ...COMMON, ...own },
      ]),
    )
    await register(stack, url, settings)
    const all = Object.keys(forms).length
    await until('the slots to be read', async () => {
      await requireRunning(stack, settings)
      const { rowCount } = await database.query('SELECT FROM pg_replication_slots WHERE active')
      return rowCount === all
    })
    say(`${all} connectors have made their snapshots`)
    for (const block of sql('changes.sql').split(/\n\n+/)) {
      await database.query(`BEGIN;\n${block}\n;COMMIT`)
    }
    const files = new Map<string, string>()
    await until('the last change in every form', async () => {
      await requireRunning(stack, settings)
      for (const name of Object.keys(settings).filter((one) => !files.has(one))) {
        const records = await captured(stack, name)
        if (!records.some(({ value }) => value?.includes(LAST) === true)) continue
        files.set(name, records.map((record) => `${line(record)}\n`).join(''))
        say(`${name}: ${records.length} records`)
      }
      return files.size === all
    })
    const { rows } = await database.query<{ readonly server_version: string }>(
      'SHOW server_version',
    )
    const debezium = /"version":"([0-9][^"]+)"/.exec(
      (files.get('canonical') ?? '').replaceAll('\\', ''),
    )
    return {
      versions: {
        debezium: debezium?.[1] ?? '',
        kafka: artifactLock().kafka.version,
        postgresql: rows[0]?.server_version ?? '',
      },
      forms: settings,
      schemas: await schemasIn([...files.values()], stack.endpoints.registry?.url ?? ''),
      files,
    }
  } finally {
    await database.end()
  }
}

async function register(
  stack: Stack,
  { hostname, port, username, password }: URL,
  settings: Readonly<Record<string, Settings>>,
): Promise<void> {
  const client = connectClient({ url: stack.endpoints.connect?.url ?? '' })
  const registry = (stack.endpoints.registry?.url ?? '').replace(/ccompat.*/, 'registry/v2')
  for (const [name, own] of Object.entries(settings)) {
    await client.put(name, {
      'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
      'tasks.max': '1',
      'database.hostname': hostname,
      'database.port': port,
      'database.user': username,
      'database.password': password,
      'plugin.name': 'pgoutput',
      'slot.name': `form_${name.replaceAll('-', '_')}`,
      'publication.name': 'formats',
      'publication.autocreate.mode': 'disabled',
      'table.include.list': 'public\\..*',
      'snapshot.mode': 'initial',
      'poll.interval.ms': '10',
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
      ...Object.fromEntries(
        Object.entries(own).map(([setting, value]) => [setting, value.replace(REGISTRY, registry)]),
      ),
    })
  }
}

/** With the ordinary client of Maven, which brings what they depend on. */
async function copyConverters(folder: string): Promise<void> {
  const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies'
  const pom = join(__dirname, 'converters', 'pom.xml')
  const options = ['-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
  await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, plugin, ...options])
}

/** The schemas whose ids begin the keys and values that are no text. */
async function schemasIn(
  files: readonly string[],
  registry: string,
): Promise<Readonly<Record<string, string>>> {
  const ids = new Set(
    files.flatMap((text) =>
      [...text.matchAll(/"(?:key|value)":\{"base64":"([^"]+)"/g)]
        .map(([, base64 = '']) => Buffer.from(base64, 'base64'))
        .filter((bytes) => bytes.length >= 5)
        .map((bytes) => bytes.readUInt32BE(1)),
    ),
  )
  const schemas: Record<string, string> = {}
  for (const id of [...ids].sort((a, b) => a - b)) {
    const response = await fetch(`${registry}/schemas/ids/${id}`)
    schemas[id] = ((await response.json()) as { readonly schema: string }).schema
  }
  return schemas
}

async function requireRunning(
  stack: Stack,
  settings: Readonly<Record<string, Settings>>,
): Promise<void> {
  for (const name of Object.keys(settings)) {
    const response = await fetch(`${stack.endpoints.connect?.url ?? ''}/connectors/${name}/status`)
    const status = await response.text()
    if (status.includes('"FAILED"')) throw new Error(`${name}: ${status.slice(0, 4_000)}`)
  }
}

async function until(what: string, isThere: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 180_000
  while (!(await isThere())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await pause(1_000)
  }
}

async function captured(stack: Stack, form: string): Promise<readonly LogRecord[]> {
  const brokers = stack.endpoints.kafka?.brokers ?? []
  const { topics } = await probeKafka(brokers, {})
  const names = topics
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${form}.`) || name.startsWith(`${form}-of-`))
    .sort()
  const logger = createLogger({ level: 'silent', format: 'json' })
  const log = new KafkaLog({ brokers, clientId: 'record', logger })
  try {
    return names.length === 0 ? [] : await readAll(log, names)
  } finally {
    await log.close()
  }
}

function line({ topic, timestamp, key, value, headers }: LogRecord): string {
  const others = Object.entries(headers).map(([name, bytes]) => [name, written(Buffer.from(bytes))])
  return JSON.stringify({
    topic,
    timestamp: timestamp.toString(),
    key: written(key),
    value: written(value),
    ...(others.length === 0 ? {} : { headers: Object.fromEntries(others) as unknown }),
  })
}

/** Text as it is, other bytes as an object with their base64. */
function written(bytes: Buffer | null): unknown {
  if (bytes === null) return null
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) && bytes[0] !== 0
    ? text
    : { base64: bytes.toString('base64') }
}

function sql(file: string): string {
  return readFileSync(join(__dirname, file), 'utf8')
}
