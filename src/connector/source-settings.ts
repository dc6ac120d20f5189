import type { Config } from '../config/config'
import { FactsError } from '../errors'
import type { Capture, Examined } from '../source/capture-rules'
import { HEARTBEAT } from '../source/capture-rules'
import type { CatalogTable } from '../source/catalog'
import { columnsToExclude } from '../source/check-columns'
import type { DeclaredTable } from '../source/declared-table'
import { examineSource, onSource } from '../source/inspect-source'
import { PatternList, exactly } from '../source/pattern-list'
import type { Connector } from './connector-file'
import { fillPlaceholders, namesSource } from './connector-file'

/** Matches nothing; an empty list would match everything. */
const NOTHING = '(?!)'

export interface SourceSettings {
  /** With `${CAPTURED_TABLES}` and `${EXCLUDED_COLUMNS}` replaced. */
  readonly connector: Connector
  readonly examined: Examined
  /** Excluded columns, as `schema.table.column` in SQL syntax. */
  readonly excluded: readonly string[]
}

/**
 * Completes a connector's settings from its database. Throws DATABASE_UNAVAILABLE, or SOURCE_UNFIT when there is no
 * publication.
 */
export async function sourceSettings(
  connector: Connector,
  config: Pick<Config, 'database'>,
  declared: readonly DeclaredTable[],
): Promise<SourceSettings> {
  return onSource(config.database.url, async (client) => {
    const examined = await examineSource(client, captureOf(connector), declared)
    if (namesSource(connector) && examined.catalog.publication === undefined) {
      throw new FactsError(
        'SOURCE_UNFIT',
        `The database has no publication ${examined.capture.publication}, which selects the captured tables. Create it: docs/source-database.md has the statements.`,
      )
    }
    const left = columnsToExclude(examined)
    const values = new Map([
      ['CAPTURED_TABLES', list(capturedTables(examined).map((t) => exactly(t.schema, t.name)))],
      [
        'EXCLUDED_COLUMNS',
        list(left.map(({ table, column }) => exactly(table.schema, table.name, column.name))),
      ],
    ])
    const filled = fillPlaceholders(connector, values)
    return {
      connector: filled,
      examined: { ...examined, capture: captureOf(filled) },
      excluded: left.map(({ table, column }) => `${table.quoted}.${column.quoted}`),
    }
  })
}

/** The settings of a connector that the rules use; lists that are not filled in yet are undefined. */
export function captureOf({ config }: Pick<Connector, 'config'>): Capture {
  const setting = (key: string): string | undefined => {
    const text = config[key]
    return text === undefined || /\$\{[A-Z_]+\}/.test(text) ? undefined : text
  }
  const patterns = (key: string): PatternList | undefined => {
    const text = setting(key)
    return text === undefined ? undefined : new PatternList(text)
  }
  return {
    publication: setting('publication.name') ?? 'dbz_publication',
    role: setting('database.user') ?? '',
    topicPrefix: setting('topic.prefix') ?? '',
    include: patterns('table.include.list'),
    snapshot: patterns('snapshot.include.collection.list'),
    excludedColumns: patterns('column.exclude.list'),
  }
}

const list = (patterns: readonly string[]): string =>
  patterns.length === 0 ? NOTHING : patterns.join(',')

/** The published tables, referenced ones first: a snapshot reads them in this order. */
function capturedTables({ catalog }: Examined): readonly CatalogTable[] {
  const published = catalog.tables.filter(
    ({ isPublished, name }) => isPublished && name !== HEARTBEAT,
  )
  const byId = new Map(published.map((table) => [table.id, table]))
  const ordered = new Set<CatalogTable>()
  const visit = (table: CatalogTable, above: ReadonlySet<string>): void => {
    if (ordered.has(table) || above.has(table.id)) return
    const below = new Set([...above, table.id])
    for (const id of table.refersTo) {
      const parent = byId.get(id)
      if (parent !== undefined) visit(parent, below)
    }
    ordered.add(table)
  }
  for (const table of published) visit(table, new Set())
  return [...ordered]
}
