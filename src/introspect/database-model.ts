import type { Catalog, CatalogColumn, CatalogTable } from '../source/catalog'
import type { PostgresTypes } from '../source/postgres-type'
import type { ServerModel } from './server-model'

/** What pg_catalog says of a database, as of one moment. */
export interface DatabaseModel {
  readonly name: string
  readonly server: ServerModel
  /** Ordinary and partitioned tables and partitions, by schema and name. */
  readonly tables: readonly TableModel[]
  /** Relations that have no changes of their own to capture: views and foreign tables. */
  readonly others: readonly OtherRelation[]
  /** The types of the columns, and their base and element types. */
  readonly types: PostgresTypes
  /** Labels of each enum type, in the order of the type; by the type's id. */
  readonly labels: ReadonlyMap<string, readonly string[]>
  readonly extensions: readonly ExtensionModel[]
  /** What the rules of src/source examine. */
  readonly catalog: Catalog
}

export interface TableModel extends CatalogTable {
  readonly kind: 'ordinary' | 'partitioned' | 'partition'
  /** False for an UNLOGGED table, whose changes are not in the write-ahead log. */
  readonly isLogged: boolean
  readonly comment: string | null
  /** Of a partitioned table, in SQL syntax: `RANGE (at)`. */
  readonly partitionedBy: string | null
  readonly columns: readonly ColumnModel[]
  /** Columns of each UNIQUE constraint. */
  readonly uniques: readonly (readonly string[])[]
  /** In the order of their names. */
  readonly foreignKeys: readonly ForeignKey[]
}

export interface ColumnModel extends CatalogColumn {
  readonly comment: string | null
  /** In SQL syntax; the expression of a generated column. */
  readonly default: string | null
  readonly identity: 'no' | 'always' | 'by default'
  /** How PostgreSQL stores large values; all but `plain` may be out of line. */
  readonly storage: 'plain' | 'main' | 'external' | 'extended'
  /** Declared dimensions of an array; 0 for others. PostgreSQL does not enforce the number. */
  readonly dimensions: number
  /** Whether a CHECK of the table is `isfinite(column)` and nothing else. */
  readonly isFinite: boolean
}

export interface ForeignKey {
  readonly name: string
  /** Id of the table referred to. */
  readonly refersTo: string
  /** Columns here, and those that they refer to, in the same order. */
  readonly columns: readonly string[]
  readonly referred: readonly string[]
  readonly match: 'simple' | 'full' | 'partial'
  /** False for NOT VALID: rows from before the constraint may refer to no row. */
  readonly isValidated: boolean
}

export interface OtherRelation {
  readonly schema: string
  readonly name: string
  readonly quoted: string
  readonly kind: 'view' | 'materialized view' | 'foreign table'
}

export interface ExtensionModel {
  readonly name: string
  readonly version: string
}
