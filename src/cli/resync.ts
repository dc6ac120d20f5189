import { Command, Option } from 'commander'
import { Client } from 'pg'
import type { Resyncing } from '../compose/resync'
import { resyncing } from '../compose/resync'
import { declaredTables } from '../compose/topology'
import type { AppConfig } from '../app/app-config'
import { appConfig } from '../app/app-config'
import { connectClient } from '../connector/connect-client'
import type { Connector } from '../connector/connector-file'
import { connectorFile, readConnectorFile } from '../connector/connector-file'
import { slotLoss } from '../connector/slot-loss'
import { captureOf } from '../connector/source-settings'
import { FactsError } from '../errors'
import type { VerbWithRights } from '../rights'
import { examineSource } from '../source/inspect-source'
import type { SourceOf } from './resync/compare-facts'
import { resyncAll } from './resync/resync-all'
import type { ResyncFlags } from './resync/resync-facts'
import { resyncFacts } from './resync/resync-facts'
import { capturedTable, sourceTable } from './resync/source-table'
import { askForSnapshot, takeSnapshot } from './resync/take-snapshot'
import { withRights } from './rights/demand-rights'

interface Flags extends ResyncFlags {
  readonly all?: boolean
  readonly snapshot?: boolean
  readonly file?: string
}

/** `facts resync`: compares facts with their tables, and brings them back together. */
export function resyncCommand(): Command {
  return new Command('resync')
    .description(
      'After changes were lost at the source (a slot that was dropped or invalidated, a restore): compare the rows of the facts, and their values, with the tables. Exits 1 when they differ, and prints the next step. --all does everything: a new snapshot, and a removed fact for each row that no longer exists.',
    )
    .addOption(
      new Option(
        '--all',
        'take a new snapshot, remove what is only in the facts, and wait until facts and tables agree',
      ).conflicts(['snapshot', 'remove']),
    )
    .addOption(
      new Option(
        '--snapshot',
        'only take a new snapshot, for rows and values that facts lack',
      ).conflicts('remove'),
    )
    .option('--remove', 'publish a removed fact for each row that the table does not have')
    .option('--force', 'remove even when most rows would be removed')
    .option('--file <path>', 'connector file; default: the one of the application')
    .action(async (flags: Flags) => {
      const config = await appConfig()
      const file = flags.file ?? connectorFile(config.app)
      const connector = readConnectorFile(file, config)
      if (flags.snapshot === true) {
        await askForSnapshot(config, connector)
        console.log(
          `Connector ${connector.name} takes a new snapshot. When it is complete ("facts doctor" shows it while it runs): facts resync --remove`,
        )
        return
      }
      process.exitCode = await withRights(config, verbOf(flags), () =>
        resync(config, connector, { ...flags, file }),
      )
    })
}

function verbOf({ all = false, remove = false }: Flags): VerbWithRights {
  if (all) return 'resync --all'
  return remove ? 'resync --remove' : 'resync'
}

async function resync(
  config: AppConfig,
  connector: Connector,
  flags: Flags & { readonly file: string },
): Promise<number> {
  const { parts, waiting, close } = resyncing(config)
  const client = new Client({ connectionString: config.database.url })
  try {
    const keys = await waiting()
    if (keys > 0) {
      throw new FactsError(
        'KEY_PARKED',
        `${keys} keys are parked by dead letters, so their facts are not up to date. See "facts dead-letters list"; replay or drop them first. Nothing was changed.`,
      )
    }
    await client.connect()
    // Row security would hide rows silently; without it the query fails instead.
    await client.query('SET row_security = off')
    const examined = await examineSource(client, captureOf(connector), declaredTables(config))
    const sourceOf: SourceOf = ({ topic, keyColumns }: Resyncing) =>
      sourceTable(client, capturedTable(examined, topic), examined.catalog, keyColumns)
    if (flags.all !== true) return (await resyncFacts(parts, sourceOf, flags)) ? 0 : 1
    const loss = await slotLoss(connectClient(config.connect), connector, config)
    if (loss !== undefined) console.log(`Lost: ${loss.what}`)
    await resyncAll({
      parts,
      sourceOf,
      isLost: loss !== undefined,
      force: flags.force === true,
      snapshot: () => takeSnapshot({ config, connector, file: flags.file, say: console.log }),
      say: console.log,
    })
    return 0
  } finally {
    await client.end()
    await close()
  }
}
