import type { Catalog, CatalogTable } from './catalog'
import { topicOf } from './catalog'
import type { DeclaredTable } from './declared-table'
import type { PatternList } from './pattern-list'

/** How a database is captured: names and lists of the connector file. */
export interface Capture {
  readonly publication: string
  /** What the connector logs in as. */
  readonly role: string
  /** Debezium's topic.prefix. */
  readonly topicPrefix: string
  /** table.include.list, snapshot.include.collection.list and column.exclude.list; undefined: not set, or not known yet. */
  readonly include: PatternList | undefined
  readonly snapshot: PatternList | undefined
  readonly excludedColumns: PatternList | undefined
}

/** What the rules look at. */
export interface Examined {
  readonly catalog: Catalog
  readonly capture: Capture
  readonly declared: readonly DeclaredTable[]
}

/** A table of ours that is published so that its changes move the slot, and captured to no topic. */
export const HEARTBEAT = 'facts_heartbeat'

/** `schema.table` as Debezium's patterns see it. */
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
