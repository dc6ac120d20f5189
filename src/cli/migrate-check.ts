import { Command } from 'commander'
import { Client } from 'pg'
import { declaredFacts, kafkaLog } from '../app'
import { capturedTopic } from '../change/captured-topic'
import { colors as pc } from '../colors'
import type { Config } from '../config'
import { loadConfig } from '../config'
import { FactsError } from '../errors'
import { rowStore, tablesOf } from '../fact/compile'
import { schemas } from '../gen/schemas'
import type { Log } from '../log/log'
import { keptColumns } from '../sink/kept-columns'
import { createLogger } from '../telemetry'
import { changelogTopic } from '../topology/internal-topics'
import { findSchemaId } from '../wire/ensure-schemas'
import { fullNameOf } from '../wire/message-type'
import { SchemaRegistry } from '../wire/registry'
import { catalogColumns } from './migrate-check/catalog-columns'
import type { ColumnViews, MigrationPlan } from './migrate-check/plan-migration'
import { planMigration } from './migrate-check/plan-migration'

/** `facts migrate-check`: in which order a changed declaration, its tables and its schemas are to be deployed. */
export function migrateCheckCommand(): Command {
  return new Command('migrate-check')
    .description(
      'Before a changed declaration is deployed: compares it with the one that the state was written by, with the tables of the database and with the registered schemas, and says what comes before it and what afterwards. Changes nothing. Exits 1 when something has to come before.',
    )
    .action(async () => {
      const plan = await examine(loadConfig())
      print(plan)
      process.exitCode = plan.before.length > 0 ? 1 : 0
    })
}

async function examine(config: Config): Promise<MigrationPlan> {
  const log = kafkaLog(config, createLogger(config.log))
  const client = new Client({ connectionString: config.database.url })
  try {
    await client.connect()
    const views: ColumnViews[] = []
    for (const table of tablesOf(declaredFacts)) {
      const { schema, table: name } = capturedTopic(table.topic)
      const fact = declaredFacts.find(({ from }) => from.topic === table.topic)
      const { applicationId } = config.pipeline
      views.push({
        table: `${schema}.${name}`,
        declared: table.shape.columns,
        kept: fact && (await kept(log, changelogTopic(applicationId, rowStore(fact)))),
        catalog: await catalogColumns(client, schema, name),
      })
    }
    const plan = planMigration(views)
    return { ...plan, before: [...plan.before, ...(await unregistered(config))] }
  } finally {
    await client.end()
    await log.close()
  }
}

async function kept(log: Log, changelog: string): Promise<ColumnViews['kept']> {
  try {
    return await keptColumns(log, changelog)
  } catch (error) {
    // An application that has not run yet has written no state.
    if (error instanceof FactsError && error.code === 'TOPIC_MISSING') return undefined
    throw error
  }
}

async function unregistered({ registry }: Config): Promise<readonly string[]> {
  const store = new SchemaRegistry(registry)
  const missing: string[] = []
  for (const { to } of declaredFacts) {
    const schema = { topic: to.name, message: fullNameOf(to.type) }
    try {
      await findSchemaId(schemas, schema, store)
    } catch (error) {
      if (!(error instanceof FactsError) || error.code !== 'SCHEMA_UNKNOWN') throw error
      missing.push(
        `facts provision: the schema of ${to.name} is not registered as this version has it`,
      )
    }
  }
  return missing
}

function print({ before, after, notes }: MigrationPlan): void {
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0)
      console.log([pc.bold(title), ...lines.map((line) => `  ${line}`)].join('\n'))
  }
  list('Before this version is deployed:', before)
  if (before.length === 0) console.log(pc.bold('This version can be deployed.'))
  list('Afterwards:', after)
  list('Note:', notes)
}
