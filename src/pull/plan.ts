import type { ColumnModel, DatabaseModel, TableModel } from '../introspect/database-model'
import type { MappedColumn } from './column-mapping'
import type { LockedEnum, LockedField, Lock } from './lock'
import type { Refusal } from './capturable'

/** Everything that is written, decided: what is rendered from it needs no further choice. */
export interface Plan {
  readonly app: AppNames
  readonly database: DatabaseModel
  /** In the order of schema and name. */
  readonly tables: readonly TablePlan[]
  /** Tables, columns and foreign keys of which nothing is made, and why. */
  readonly left: readonly Refusal[]
  /** Tables of the lock that the database does not have, or that cannot be captured any more; their files stay. */
  readonly missing: readonly string[]
  readonly lock: Lock
}

export interface AppNames {
  /** As in facts.config.ts: `my-shop`. */
  readonly name: string
  /** First part of the packages: `my_shop`. */
  readonly package: string
  /** Publication, slot and login role of the capture. */
  readonly publication: string
  readonly role: string
}

export interface TablePlan {
  /** `schema.table`, as in the lock. */
  readonly id: string
  readonly table: TableModel
  /** Lower-case words: order_line. The names below are made of it. */
  readonly name: string
  readonly file: string
  readonly identifier: string
  readonly message: string
  readonly topic: string
  readonly isFact: boolean
  readonly columns: readonly ColumnPlan[]
  readonly joins: readonly JoinPlan[]
  readonly gone: readonly LockedField[]
  /** Sentences about columns and foreign keys of which nothing is made. */
  readonly left: readonly Refusal[]
}

export interface ColumnPlan {
  readonly column: ColumnModel
  readonly mapped: MappedColumn
  readonly field: LockedField
  readonly property: string
  readonly isKey: boolean
  readonly isNullable: boolean
  /** Whether it is so for records from before, and the table has it NOT NULL. */
  readonly isNullableForPast: boolean
  readonly enumeration: LockedEnum | undefined
}

/** A table as others look it up. */
export type LookedUp = Omit<TablePlan, 'joins'>

export interface JoinPlan {
  readonly field: LockedField
  readonly property: string
  /** The column that refers. */
  readonly column: string
  readonly to: LookedUp
}
