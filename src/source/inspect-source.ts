import { Client } from 'pg'
import { startServices } from '../command-line'
import { FactsError } from '../errors'
import type { Capture, Examined } from './capture-rules'
import { topicOf } from './catalog'
import { checkCapture } from './check-capture'
import { checkColumns, checkExcluded } from './check-columns'
import { checkIdentity } from './check-identity'
import type { DeclaredTable } from './declared-table'
import { readCatalog } from './read-catalog'
import type { SourceFinding } from './source-finding'

/** Reads the tables from pg_catalog. Read-only, without locks. */
export async function examineSource(
  client: Client,
  capture: Capture,
  declared: readonly DeclaredTable[],
): Promise<Examined> {
  const topics = new Set(declared.map(({ topic }) => topic))
  const catalog = await readCatalog(client, {
    publication: capture.publication,
    role: capture.role,
    wanted: (table) => topics.has(topicOf(capture.topicPrefix, table)),
  })
  return { catalog, capture, declared: merged(declared) }
}

/** One table may be declared several times, with other columns. */
function merged(declared: readonly DeclaredTable[]): readonly DeclaredTable[] {
  const byTopic = new Map<string, DeclaredTable>()
  for (const table of declared) {
    const known = byTopic.get(table.topic)
    const others = table.columns.filter(
      ({ name }) => known?.columns.every((column) => column.name !== name) ?? true,
    )
    const isFull = [known, table].some((one) => one?.replicaIdentity === 'full')
    byTopic.set(table.topic, {
      topic: table.topic,
      columns: [...(known?.columns ?? []), ...others],
      replicaIdentity: isFull ? 'full' : 'default',
    })
  }
  return [...byTopic.values()]
}

/** Everything that is wrong with the source; empty when nothing is. */
export function sourceFindings(examined: Examined): readonly SourceFinding[] {
  return [
    ...checkIdentity(examined),
    ...checkCapture(examined),
    ...checkColumns(examined),
    ...checkExcluded(examined),
  ]
}

const CONNECT_MS = 5_000
const QUERY_MS = 10_000

/** Runs `work` on its own connection. Throws DATABASE_UNAVAILABLE when it cannot connect. */
export async function onSource<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
  })
  // A lost connection is reported by the query that fails.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new FactsError(
      'DATABASE_UNAVAILABLE',
      `Cannot connect to PostgreSQL at ${new URL(url).host}: ${message || (code ?? 'no reason given')}. Start it (${startServices}), or correct its address (--from, database.url or FACTS_DATABASE_URL).`,
      { cause },
    )
  }
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
