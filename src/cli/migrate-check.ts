import { Command } from 'commander'
import { kafkaLog } from '../compose/kafka'
import { declaredTables } from '../compose/topology'
import { colors as pc } from '../colors'
import type { AppConfig } from '../app/app-config'
import { appConfig } from '../app/app-config'
import { connectorFile, readConnectorFile } from '../connector/connector-file'
import { captureOf } from '../connector/source-settings'
import { examineSource, onSource } from '../source/inspect-source'
import { createLogger } from '../telemetry'
import { fullNameOf } from '../protobuf/message/message-type'
import { SchemaRegistry } from '../protobuf/registry/registry'
import { unregisteredSchema } from '../protobuf/registry/unregistered-schema'
import { columnViews } from './migrate-check/column-views'
import type { MigrationPlan } from './migrate-check/plan-migration'
import { planMigration, schemaStep } from './migrate-check/plan-migration'

/** `facts migrate-check`: the order in which a changed declaration, its tables and its schemas have to be deployed. */
export function migrateCheckCommand(): Command {
  return new Command('migrate-check')
    .description(
      'Before a changed declaration is deployed: compare it with the one that wrote the state, with the tables of the database and with the registered schemas, and print what has to be done before and after. Changes nothing. Exits 1 when something has to be done before.',
    )
    .action(async () => {
      const plan = await examine(await appConfig())
      print(plan)
      process.exitCode = plan.before.length > 0 ? 1 : 0
    })
}

async function examine(config: AppConfig): Promise<MigrationPlan> {
  const connector = readConnectorFile(connectorFile(config.app), config)
  const log = kafkaLog(config, createLogger(config.log))
  try {
    const examined = await onSource(config.database.url, (client) =>
      examineSource(client, captureOf(connector), declaredTables(config)),
    )
    const { applicationId } = config.pipeline
    const plan = planMigration(
      await columnViews({ facts: config.app.facts, log, applicationId, examined }),
    )
    return { ...plan, before: [...plan.before, ...(await unregistered(config))] }
  } finally {
    await log.close()
  }
}

async function unregistered({ app, registry }: AppConfig): Promise<readonly string[]> {
  const store = new SchemaRegistry(registry)
  const steps: string[] = []
  for (const { to } of app.facts) {
    const found = await unregisteredSchema(
      app.schemas,
      { topic: to.name, message: fullNameOf(to.type) },
      store,
    )
    if (found !== undefined) steps.push(schemaStep(to.name, found))
  }
  return steps
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
