import { Command } from 'commander'
import { Client } from 'pg'
import { resyncing } from '../app'
import type { Resyncing } from '../app'
import { capturedTopic } from '../change/captured-topic'
import { colors as pc } from '../colors'
import type { Config } from '../config'
import { loadConfig } from '../config'
import { connectClient } from '../connect/connect-client'
import { defaultConnectorFile, readConnectorFile } from '../connect/connector-file'
import { retakeSnapshot } from '../connect/retake-snapshot'
import { FactsError } from '../errors'
import type { Difference, SourceTable } from '../sink/resync'

/** Rows of the table that are read at a time. */
const FETCH = 10_000
/** Keys that are shown of many. */
const SHOWN = 10

interface Flags {
  readonly remove?: boolean
  readonly snapshot?: boolean
  readonly force?: boolean
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
    .option('--file <path>', 'connector file, for its name', defaultConnectorFile())
    .action(async (flags: Flags) => {
      const config = loadConfig()
      if (flags.snapshot === true) await snapshot(config, flags.file)
      process.exitCode = await resync(config, flags)
    })
}

async function snapshot(config: Config, file: string): Promise<void> {
  const { name } = readConnectorFile(file, config)
  await retakeSnapshot({ client: connectClient(config.connect.url), name })
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
    let isSame = true
    for (const part of parts) isSame = (await resyncOne(part, client, flags)) && isSame
    return isSame ? 0 : 1
  } finally {
    await client.end()
    await close()
  }
}

/** True when facts and table agree, or will when what was handed over has been taken in. */
async function resyncOne(
  part: Resyncing,
  client: Client,
  { remove = false, force = false }: Flags,
): Promise<boolean> {
  const { name, topic, keyColumns } = part
  const difference = await part.compare(sourceTable(client, topic, keyColumns), (what, rows) =>
    console.error(`${name}  ${rows} ${what} read`),
  )
  report(name, difference)
  const { absent, missing, common } = difference
  if (remove && !force && absent.length > common) {
    throw new FactsError(
      'RESYNC_REFUSED',
      `${absent.length} rows of ${name} would be removed and only ${common} stay. Is ${topic} captured from the database that database.url names, and may its role see all rows? If so, say --force. Nothing was changed.`,
      { topic },
    )
  }
  if (absent.length > 0 && remove) {
    await part.remove(absent)
    console.log(
      `${name}  ${absent.length} rows were handed over; the pipeline removes them when it runs`,
    )
  }
  if (missing.length > 0) {
    console.log(
      `${name}  When changes are not on their way any more and rows are still missing, take a new snapshot: --snapshot`,
    )
  }
  return missing.length === 0 && (absent.length === 0 || remove)
}

function report(name: string, { common, missing, absent }: Difference): void {
  const keys = absent.map(({ key }) => String(key))
  console.log(`${pc.bold(name)}  ${common} rows in both`)
  if (absent.length > 0) {
    console.log(`${name}  ${absent.length} rows only in the facts: ${examples(keys)}`)
  }
  if (missing.length > 0) {
    console.log(`${name}  ${missing.length} rows only in the table: ${examples(missing)}`)
  }
}

function examples(keys: readonly string[]): string {
  const rest = keys.length - SHOWN
  return `${keys.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** The table that a topic is captured from. */
function sourceTable(client: Client, topic: string, keyColumns: readonly string[]): SourceTable {
  const { schema, table } = capturedTopic(topic)
  const name = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`
  const columns = keyColumns
    .map((column) => `${client.escapeLiteral(column)}, ${client.escapeIdentifier(column)}`)
    .join(', ')
  return {
    async position() {
      const { rows } = await client.query<Readonly<Record<'lsn' | 'now' | 'database', string>>>(
        `SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::text AS lsn,
           (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS now,
           current_database() AS database`,
      )
      const { lsn = '0', now = '0', database = '' } = rows[0] ?? {}
      return { lsn: BigInt(lsn), committedAt: BigInt(now), database }
    },
    async *keys() {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      await client.query(
        `DECLARE resync NO SCROLL CURSOR FOR SELECT json_build_object(${columns})::text AS key FROM ${name}`,
      )
      for (;;) {
        const { rows } = await client.query<{ key: string }>(`FETCH ${FETCH} FROM resync`)
        if (rows.length === 0) break
        for (const { key } of rows) yield key
      }
      await client.query('COMMIT')
    },
  }
}
