import type { PostgresTypes } from './postgres-type'

/** The parts of pg_catalog that the capture of a database's tables depends on. */
export interface Catalog {
  /** Undefined when there is no such publication. */
  readonly publication: Publication | undefined
  /** Every ordinary and partitioned table outside the system's schemas. */
  readonly tables: readonly CatalogTable[]
  readonly types: PostgresTypes
  /** For example 180004. */
  readonly serverVersion: number
}

export interface Publication {
  readonly name: string
  /** publish_via_partition_root. */
  readonly viaRoot: boolean
  /** publish_generated_columns = stored; PostgreSQL 18. */
  readonly generated: boolean
}

export interface CatalogTable {
  readonly id: string
  readonly schema: string
  readonly name: string
  /** Schema and name as SQL writes them, quoted where they must be. */
  readonly quoted: string
  readonly isPartitioned: boolean
  /** For a partition: its outermost table, quoted. */
  readonly root: string | null
  /** Tables that inherit from it and are no partitions, quoted. */
  readonly heirs: readonly string[]
  readonly identity: 'default' | 'full' | 'nothing' | 'index'
  /** For REPLICA IDENTITY USING INDEX: the name of the index. */
  readonly identityIndex: string | null
  readonly identityIsKey: boolean
  readonly key: PrimaryKey | null
  /** Whether the capture role may read it; null when there is no such role. */
  readonly isReadable: boolean | null
  /** Whether row-level security hides rows from the capture role. */
  readonly hidesRows: boolean
  readonly isPublished: boolean
  /** The columns that are published; null when it is not published, or the server cannot say. */
  readonly publishedColumns: readonly string[] | null
  /** Tables that it refers to by foreign keys, by id. */
  readonly refersTo: readonly string[]
  readonly columns: readonly CatalogColumn[]
  readonly since: Date | null
}

export interface PrimaryKey {
  readonly name: string
  /** In the order of the key. */
  readonly columns: readonly string[]
  readonly isDeferrable: boolean
}

export interface CatalogColumn {
  readonly name: string
  readonly quoted: string
  /** Id of its type, and its type modifier (length, precision); -1 is none. */
  readonly type: string
  readonly modifier: number
  /** In SQL syntax: `numeric(10,2)[]`. */
  readonly written: string
  readonly isNotNull: boolean
  readonly generated: 'no' | 'stored' | 'virtual'
  readonly since: Date | null
}

/** Topic that Debezium writes a table's changes to: characters that a topic's name cannot have become "_". */
export function topicOf(
  prefix: string,
  { schema, name }: Pick<CatalogTable, 'schema' | 'name'>,
): string {
  return `${prefix}.${schema}.${name}`.replace(/[^A-Za-z0-9._-]/g, '_')
}
