import { FactsError } from '../../errors'
import type { JsonObject } from '../../protobuf/json/json'
import type { Origin } from '../shape/column'
import { describeValue } from './described-value'
import { fieldOf, type PlacedColumn, type TableShape } from '../shape/table-shape'
import { UNAVAILABLE } from '../shape/unavailable'

/** A row's values in the order of the definition. */
export interface ExactRow {
  /** Values; UNAVAILABLE where the change does not contain one. */
  readonly values: unknown[]
  /** Columns that the record does not have. */
  readonly missing: readonly string[]
}

export function exactRow(
  shape: TableShape,
  row: JsonObject,
  path: string,
  origin: Origin,
): ExactRow {
  const missing: string[] = []
  const hasField = (name: string): boolean => Object.hasOwn(row, name)
  const values = shape.columns.map((placed) => {
    const field = fieldOf(placed, hasField)
    if (field !== undefined) return exactValue(shape, placed, row, field, path, origin)
    const { name, column } = placed
    if (!column.mayBeMissing) throw missingColumn(shape, name, path)
    missing.push(name)
    return column.substitute
  })
  return { values, missing }
}

/** The certain values of an old row, by column; see `DeleteEvent.before`. */
export function certainRow(shape: TableShape, row: JsonObject): Record<string, unknown> {
  const certain: Record<string, unknown> = {}
  const hasField = (name: string): boolean => Object.hasOwn(row, name)
  for (const placed of shape.columns) {
    const { name, column, isKey } = placed
    const field = isKey || shape.hasFullIdentity ? fieldOf(placed, hasField) : undefined
    if (field === undefined) continue
    const json = row[field] as JsonObject[string]
    if (json === null) {
      if (column.isNullable) certain[name] = null
      continue
    }
    const value = column.codec.fromJson(json, 'stream')
    if (value === undefined) throw invalid(shape, `before.${field}`, column.codec.expected, json)
    if (value !== UNAVAILABLE) certain[name] = value
  }
  return certain
}

/** The names of columns that `row` has and the definition lacks, sorted. */
export function unknownColumns(shape: TableShape, row: JsonObject): readonly string[] {
  return Object.keys(row)
    .filter((name) => shape.columnOf(name, (other) => Object.hasOwn(row, other)) === undefined)
    .sort()
}

function exactValue(
  shape: TableShape,
  { column }: PlacedColumn,
  row: JsonObject,
  field: string,
  path: string,
  origin: Origin,
): unknown {
  const json = row[field] as JsonObject[string]
  const { isNullable, isToastable, codec } = column
  if (json === null) {
    if (isNullable) return null
    throw invalid(shape, `${path}.${field}`, `${codec.expected} (the column is NOT NULL)`, json)
  }
  const value = codec.fromJson(json, origin)
  if (value === undefined || (value === UNAVAILABLE && !isNullable && !isToastable)) {
    throw invalid(shape, `${path}.${field}`, codec.expected, json)
  }
  return value
}

function missingColumn(shape: TableShape, name: string, path: string): FactsError {
  return new FactsError(
    'COLUMN_MISSING',
    `Column ${name} of the definition of ${shape.topic} is not in the record (no ${path}.${name}). If the record is older than the column, declare what such records are read as: \`.default(value)\` or \`.nullable()\`. If the column was renamed, declare its new name with \`.renamedFrom('${name}')\`. If it was dropped or is not captured (a generated column is in snapshots only, unless the publication of PostgreSQL 18 says publish_generated_columns = stored), remove it from the definition.`,
    { topic: shape.topic },
  )
}

function invalid(shape: TableShape, path: string, expected: string, found: unknown): FactsError {
  return new FactsError(
    'COLUMN_INVALID',
    `A record of ${shape.topic} does not fit the table's definition: at ${path} expected ${expected}, found ${describeValue(found)}.`,
    { topic: shape.topic },
  )
}
