import type { RecordLayout } from './record-layout'
import type { SourcePosition } from '../shape/source-position'
import type { PlacedColumn, TableShape } from '../shape/table-shape'

/** Source of a change's row: the same for all records of a topic, unless several tables share the topic. */
export type SourceNames = Pick<SourcePosition, 'connector' | 'database' | 'schema' | 'table'>

/** Indexes of the envelope's own values, after those of the row's columns. */
export interface EnvelopeIndexes {
  readonly operation: number
  readonly lsn: number
  readonly transactionId: number
  readonly transactionOrder: number
  readonly committedAt: number
  readonly snapshot: number
  readonly connector: number
  readonly database: number
  readonly schema: number
  readonly table: number
  /** Index of the old row's first column. */
  readonly before: number
  /** Index of unused values. */
  readonly waste: number
}

/** The row's columns come first, so that a row is built from the values in their order. */
export function envelopeIndexes({ columns: { length } }: TableShape): EnvelopeIndexes {
  return {
    operation: length,
    lsn: length + 1,
    transactionId: length + 2,
    transactionOrder: length + 3,
    committedAt: length + 4,
    snapshot: length + 5,
    connector: length + 6,
    database: length + 7,
    schema: length + 8,
    table: length + 9,
    waste: length + 10,
    before: length + 11,
  }
}

/** A layout of the table's envelopes: the bytes that are the same in all its records, and how to read the others. */
export interface EnvelopeLayout {
  readonly record: RecordLayout
  /** Undefined when they are among the values. */
  readonly names: SourceNames | undefined
  /** Indexes of values for which the layout has no field: they are null. */
  readonly absent: readonly number[]
  readonly hasAfter: boolean
  /** Certain columns of the old row, in the definition's order; undefined when there is no old row. */
  readonly before: readonly PlacedColumn[] | undefined
  readonly unknownColumns: readonly string[]
  /** Columns that the new row lacks, in the definition's order. */
  readonly missing: readonly PlacedColumn[]
  readonly missingColumns: readonly string[]
}
