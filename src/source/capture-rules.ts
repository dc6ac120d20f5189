import type { Catalog, CatalogTable } from './catalog'
import { topicOf } from './catalog'
import type { DeclaredTable } from './declared-table'
import type { PatternList } from './pattern-list'

/** How a database is captured: names and lists of the connector file. */
export interface Capture {
  readonly publication: string
  /** Role that the connector logs in with. */
  readonly role: string
  /** Debezium's topic.prefix. */
  readonly topicPrefix: string
  /** table.include.list, snapshot.include.collection.list and column.exclude.list; undefined: not set, or not known yet. */
  readonly include: PatternList | undefined
  readonly snapshot: PatternList | undefined
  readonly excludedColumns: PatternList | undefined
}

/** Input of the rules. */
export interface Examined {
  readonly catalog: Catalog
  readonly capture: Capture
  readonly declared: readonly DeclaredTable[]
}

/** Heartbeat table, published so that its changes advance the slot, and not captured to a topic. */
export const HEARTBEAT = 'facts_heartbeat'

/** `schema.table`, which Debezium's patterns are matched against. */
export function nameOf({ schema, name }: Pick<CatalogTable, 'schema' | 'name'>): string {
  return `${schema}.${name}`
}

export function declarationOf(
  table: CatalogTable,
  { declared, capture }: Examined,
): DeclaredTable | undefined {
  const topic = topicOf(capture.topicPrefix, table)
  return declared.find((one) => one.topic === topic)
}

/** Whether a snapshot reads the table. */
export function isInSnapshot(table: CatalogTable, { include, snapshot }: Capture): boolean {
  const name = nameOf(table)
  return (include?.matches(name) ?? true) && (snapshot?.matches(name) ?? true)
}
