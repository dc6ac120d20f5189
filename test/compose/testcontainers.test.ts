import { sampleConfig } from '../support/sample-config'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../monolith/migrate'
import { provision } from '../../src/compose/provision'
import type { AppConfig } from '../../src/app/app-config'
import { registerConnector } from '../../src/connector/register-connector'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { createLogger } from '../../src/telemetry'
import { PipelineProcess } from '../support/pipeline-process'
import { topicOf } from '../support/table-changes'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import type { Containers } from './containers'
import { startContainers } from './containers'
import type { DecodedFact } from './decoded-facts'
import { decodedFacts } from './decoded-facts'

/*
 * How an application would test itself: its own containers, the pipeline as it is shipped, a row in and a fact out.
 */
const TERTIARY = '5f0c1a52-0b34-4c55-9d4e-6d9a2f1f7a10'

const home = mkdtempSync(join(tmpdir(), 'facts-test-'))
let containers: Containers | undefined
let config: AppConfig
let log: KafkaLog
let pipeline: PipelineProcess | undefined

jest.setTimeout(60_000)
beforeAll(async () => {
  containers = await startContainers()
  const { env } = containers
  config = sampleConfig({ env: { ...env, FACTS_HOME: home, FACTS_LOG_LEVEL: 'silent' } })
  const { brokers } = config.kafka
  log = new KafkaLog({ brokers, clientId: 'test', logger: createLogger(config.log) })
  const databaseUrl = config.database.url
  const settings = { databaseUrl, adminDatabaseUrl: undefined, cdcPassword: 'cdc' }
  await migrate(settings, () => undefined)
  await insertWhatPrimaryRefersTo()
  await provision(config, () => undefined)
  await registerConnector({ config })
  // Lookups are as of the moment: they find what was there before the pipeline began.
  for (const table of ['secondary', 'tertiary']) {
    await waitFor(`the row of ${table} on its topic`, () => hasRecords(topicOf(table)), 60_000)
  }
  pipeline = new PipelineProcess(home, env)
  await pipeline.ready()
}, 300_000)
afterAll(async () => {
  pipeline?.kill('SIGTERM')
  await pipeline?.exit()
  await log.close().finally(() => containers?.stop())
  rmSync(home, { recursive: true, force: true })
}, 60_000)

const execute = (sql: string, values: readonly unknown[] = []): Promise<unknown> =>
  withClient(config.database.url, (client) => client.query(sql, [...values]))

async function insertWhatPrimaryRefersTo(): Promise<void> {
  await execute(
    `INSERT INTO wildapp_tertiary (id, name, region) VALUES ($1, 'Harbour Works', 'north')`,
    [TERTIARY],
  )
  await execute(
    `INSERT INTO wildapp_secondary (id, tertiary_id, name, code, rating, tags, settings, active)
     VALUES (7, $1, 'Tools', 'T-7', 4.50, '{new,"two words"}', '{}', true)`,
    [TERTIARY],
  )
}

async function hasRecords(topic: string): Promise<boolean> {
  return [...(await log.admin.offsets(topic)).values()].some(({ high }) => high > 0n)
}

const factsOf = (count: number): Promise<readonly DecodedFact[]> =>
  waitFor(
    `${count} facts`,
    async () => {
      const facts = await decodedFacts(log, config)
      return facts.length >= count && facts
    },
    30_000,
  )

test('a row that is inserted becomes a decoded fact, with what it refers to, and its removal another', async () => {
  await execute(
    `INSERT INTO wildapp_primary (id, secondary_id, title, status, serial_number, amount, quantity, verified, external_id,
       attributes, labels)
     VALUES (1, 7, 'First — 東京', 'active', 9007199254740993, 1234567890123456.7891, 3, true, $1, '{"a": 1}', '{x}')`,
    [TERTIARY],
  )
  const [created] = await factsOf(1)
  expect(created).toMatchObject({
    header: { kind: 'KIND_CREATED', subject: '1', source: { table: 'wildapp_primary' } },
    id: '1',
    title: 'First — 東京',
    status: 'STATUS_ACTIVE',
    serialNumber: '9007199254740993',
    amount: '1234567890123456.7891',
    attributes: '{"a": 1}',
    labels: ['x'],
    secondary: {
      id: '7',
      name: 'Tools',
      rating: '4.50',
      tags: ['new', 'two words'],
      tertiary: { id: TERTIARY, name: 'Harbour Works', region: 'REGION_NORTH' },
    },
  })

  await execute('DELETE FROM wildapp_primary WHERE id = 1')
  const [, deleted] = await factsOf(2)
  expect(deleted).toMatchObject({ header: { kind: 'KIND_DELETED', subject: '1' }, id: '1' })
})
