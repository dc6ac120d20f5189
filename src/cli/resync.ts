import { Command } from 'commander'
import { Client } from 'pg'
import type { Resyncing } from '../app'
import { declaredTables, resyncing } from '../app'
import type { Config } from '../config'
import { loadConfig } from '../config'
import { connectClient } from '../connect/connect-client'
import { defaultConnectorFile, readConnectorFile } from '../connect/connector-file'
import { refreshConnector } from '../connect/refresh-connector'
import { retakeSnapshot } from '../connect/retake-snapshot'
import { FactsError } from '../errors'
import type { VerbWithRights } from '../rights'
import type { SourceTable } from '../sink/resync'
import type { ResyncFlags } from './resync/resync-facts'
import { resyncFacts } from './resync/resync-facts'
import { sourceTable } from './resync/source-table'
import { withRights } from './rights/demand-rights'

interface Flags extends ResyncFlags {
  readonly snapshot?: boolean
  readonly file: string
}

/** `facts resync`: compares facts with their tables, and brings them back together. */
export function resyncCommand(): Command {
  return new Command('resync')
    .description(
      'After changes were lost at the source (a slot that was dropped or invalidated, a restore): compares the rows that facts tell of with those of the table. Exits 1 when they differ. Run it with --snapshot, then, when the snapshot is over, with --remove.',
    )
    .option(
      '--snapshot',
      'have the connector read the tables again, for rows and values that facts lack',
    )
    .option('--remove', 'publish a removed fact for each row that the table does not hold')
    .option('--force', 'remove even when most rows would go')
    .option('--file <path>', 'connector file', defaultConnectorFile())
    .action(async (flags: Flags) => {
      const config = loadConfig()
      await withRights(config, verbOf(flags), async () => {
        if (flags.snapshot === true) await snapshot(config, flags.file)
        process.exitCode = await resync(config, flags)
      })
    })
}

function verbOf({ snapshot = false, remove = false }: Flags): VerbWithRights {
  if (remove) return 'resync --remove'
  return snapshot ? 'resync --snapshot' : 'resync'
}

async function snapshot(config: Config, file: string): Promise<void> {
  const connector = readConnectorFile(file, config)
  const client = connectClient(config.connect)
  // Which tables a snapshot reads is among its settings, and more may have been captured since.
  await refreshConnector({ client, connector, config, declared: declaredTables() })
  const { name } = connector
  await retakeSnapshot({ client, name })
  console.log(`Connector ${name} reads its tables again`)
}

async function resync(config: Config, flags: Flags): Promise<number> {
  const { parts, waiting, close } = resyncing(config)
  const client = new Client({ connectionString: config.database.url })
  try {
    const keys = await waiting()
    if (keys > 0) {
      throw new FactsError(
        'KEY_PARKED',
        `${keys} keys wait behind their dead letters, so what facts tell of them is not their last word. See "facts dead-letters list"; replay or drop them first. Nothing was changed.`,
      )
    }
    await client.connect()
    // Rather an error than a part of the table.
    await client.query('SET row_security = off')
    const sourceOf = ({ topic, keyColumns }: Resyncing): SourceTable =>
      sourceTable(client, topic, keyColumns)
    return (await resyncFacts(parts, sourceOf, flags)) ? 0 : 1
  } finally {
    await client.end()
    await close()
  }
}
