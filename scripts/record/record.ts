import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { migrate } from '../../monolith/migrate'
import { kafkaLog } from '../../src/compose/kafka'
import app from '../../facts.config'
import type { AppConfig } from '../../src/app/app-config'
import { configOf } from '../../src/app/app-config'
import { packageRoot } from '../../src/package-root'
import { connectorStatus } from '../../src/connector/connector-status'
import { registerConnector } from '../../src/connector/register-connector'
import { probeKafka } from '../../src/broker/kafka/admin/probe'
import { readAll } from '../../src/broker/read-all'
import { artifactLock } from '../../src/dev-stack/artifacts/artifact-lock'
import { startStack } from '../../src/dev-stack/start-stack'
import type { Stack } from '../../src/dev-stack/stack'
import { createLogger } from '../../src/telemetry'
import type { LogRecord } from '../../src/topology/record'

export interface Recording {
  /** Of the software whose output it is. */
  readonly versions: Readonly<Record<'debezium' | 'kafka' | 'postgresql', string>>
  /** Of all topics that the connector writes, each topic in its order. */
  readonly records: readonly LogRecord[]
}

const HEARTBEATS = '__debezium-heartbeat.monolith'
const MESSAGES = 'monolith.message'
/** Prefix of the message that is written last. */
const END = '"prefix":"recorded"'

/** What the connector of connectors/monolith.json writes for the tables and changes of this folder, on a stack in `home`. */
export async function record(home: string, say: (line: string) => void): Promise<Recording> {
  const stack = await startStack({ application: app.name, home, services: ['postgres', 'connect'] })
  try {
    return await recordOn(stack, say)
  } finally {
    await stack.stop()
  }
}

async function recordOn(stack: Stack, say: (line: string) => void): Promise<Recording> {
  // One partition a topic: all of it is in the order in which it was captured.
  const config = configOf(
    { ...app, folder: packageRoot() },
    {
      env: { FACTS_HOME: stack.home, FACTS_TOPICS_PARTITIONS: '1', FACTS_LOG_LEVEL: 'silent' },
    },
  )
  const { url: databaseUrl } = config.database
  await migrate({ databaseUrl, adminDatabaseUrl: undefined, cdcPassword: undefined }, say)
  const client = new Client(inDatabase(stack.superuserUrl ?? '', databaseUrl))
  await client.connect()
  try {
    await client.query("SET TimeZone = 'UTC'")
    await client.query(sql('tables.sql'))
    await registerConnector({ config, onProgress: say })
    // The slot is read from when the snapshot has ended.
    await until(config, 'the slot to be read', async () => {
      const { rowCount } = await client.query('SELECT FROM pg_replication_slots WHERE active')
      return rowCount === 1 || undefined
    })
    for (const block of sql('changes.sql').split(/\n\n+/)) {
      await client.query(`BEGIN;\n${block}\n;COMMIT`)
    }
    say('All changes are made')
    const records = await until(config, 'the last change and two heartbeats', async () => {
      const found = await captured(config)
      const isWhole =
        found.some(({ topic, value }) => topic === MESSAGES && String(value).includes(END)) &&
        found.filter(({ topic }) => topic === HEARTBEATS).length > 1
      return isWhole ? found : undefined
    })
    const { rows } = await client.query<{ readonly server_version: string }>('SHOW server_version')
    return { versions: versions(records, rows[0]?.server_version ?? ''), records }
  } finally {
    await client.end()
  }
}

/** The superuser's address, for the database of the other one. */
function inDatabase(superuserUrl: string, databaseUrl: string): string {
  const url = new URL(superuserUrl)
  url.pathname = new URL(databaseUrl).pathname
  return url.href
}

function sql(file: string): string {
  return readFileSync(join(__dirname, file), 'utf8')
}

function versions(records: readonly LogRecord[], postgresql: string): Recording['versions'] {
  const debezium = records
    .map(({ value }) => /"version":"([^"]+)","connector":"postgresql"/.exec(String(value))?.[1])
    .find((version) => version !== undefined)
  return { debezium: debezium ?? '', kafka: artifactLock().kafka.version, postgresql }
}

async function until<T>(
  config: AppConfig,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + 120_000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    const { state, line, trace } = await connectorStatus(config, 'monolith')
    if (state === 'failed') throw new Error(`${line}\n${trace ?? ''}`)
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await pause(1_000)
  }
}

async function captured(config: AppConfig): Promise<readonly LogRecord[]> {
  const { topics } = await probeKafka(config.kafka.brokers, {})
  const names = topics
    .map(({ name }) => name)
    .filter((name) => name.startsWith('monolith.') || name === HEARTBEATS)
    .sort()
  const log = kafkaLog(config, createLogger(config.log))
  try {
    return names.length === 0 ? [] : await readAll(log, names)
  } finally {
    await log.close()
  }
}
