import { Client } from 'pg'
import { FactsError } from '../errors'
import type { Capture, Examined } from './capture-rules'
import { topicOf } from './catalog'
import { checkCapture } from './check-capture'
import { checkColumns, checkExcluded } from './check-columns'
import { checkIdentity } from './check-identity'
import type { DeclaredTable } from './declared-table'
import { readCatalog } from './read-catalog'
import type { SourceFinding } from './source-finding'

/** Reads what pg_catalog says of the tables. Writes nothing, locks nothing but its own moment. */
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

/** Everything that is wrong with the source; empty when all is well. */
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

/** Runs `work` on a connection of its own. Throws DATABASE_UNAVAILABLE when there is none to be had. */
export async function onSource<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
  })
  // A server that goes away while connected is reported by the query that fails.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new FactsError(
      'DATABASE_UNAVAILABLE',
      `PostgreSQL does not let us in at ${new URL(url).host}: ${message || (code ?? 'no reason given')}. Start it (npm run stack, or docker compose up) or set database.url / FACTS_DATABASE_URL.`,
      { cause },
    )
  }
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
