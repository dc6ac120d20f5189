import type { Column } from '../../src/table/shape/column'

/** A type of PostgreSQL, how it is declared, and values of it as SQL. */
export interface RealType {
  readonly type: string
  readonly column: Column<unknown>
  readonly values: readonly string[]
  /** Of the values, by place: which are refused, always or only when a snapshot reads them. */
  readonly refused?: readonly number[]
  readonly refusedInSnapshot?: readonly number[]
  /** For the comparison, when it is not `type`. */
  readonly like?: string
}
