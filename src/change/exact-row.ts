import { FactsError } from '../errors'
import type { JsonObject } from '../wire/json'
import type { Origin } from './column'
import { describeValue } from './described-value'
import type { PlacedColumn, TableShape } from './table-shape'
import { UNAVAILABLE } from './unavailable'

/** The values of a row's columns in the order of the definition; UNAVAILABLE where the change does not carry one. */
export function exactRow(
  shape: TableShape,
  row: JsonObject,
  path: string,
  origin: Origin,
): unknown[] {
  return shape.columns.map((placed) => exactValue(shape, placed, row, path, origin))
}

/** What is certain of an old row, by column; see `DeleteEvent.before`. */
export function certainRow(shape: TableShape, row: JsonObject): Record<string, unknown> {
  const certain: Record<string, unknown> = {}
  for (const { name, column, isKey } of shape.columns) {
    if ((!isKey && !shape.hasFullIdentity) || !Object.hasOwn(row, name)) continue
    const json = row[name] as JsonObject[string]
    if (json === null) {
      if (column.isNullable) certain[name] = null
      continue
    }
    const value = column.codec.fromJson(json, 'stream')
    if (value === undefined) throw invalid(shape, `before.${name}`, column.codec.expected, json)
    if (value !== UNAVAILABLE) certain[name] = value
  }
  return certain
}

/** The names of columns that `row` has and the definition lacks, sorted. */
export function unknownColumns(shape: TableShape, row: JsonObject): readonly string[] {
  return Object.keys(row)
    .filter((name) => !shape.byName.has(name))
    .sort()
}

function exactValue(
  shape: TableShape,
  { name, column }: PlacedColumn,
  row: JsonObject,
  path: string,
  origin: Origin,
): unknown {
  if (!Object.hasOwn(row, name)) {
    throw new FactsError(
      'COLUMN_MISSING',
      `Column ${name} of the definition of ${shape.topic} is not in the record (no ${path}.${name}). It was dropped, renamed or is not captured: bring the definition and the table together.`,
      { topic: shape.topic },
    )
  }
  const json = row[name] as JsonObject[string]
  const { isNullable, isToastable, codec } = column
  if (json === null) {
    if (isNullable) return null
    throw invalid(shape, `${path}.${name}`, `${codec.expected} (the column is NOT NULL)`, json)
  }
  const value = codec.fromJson(json, origin)
  if (value === undefined || (value === UNAVAILABLE && !isNullable && !isToastable)) {
    throw invalid(shape, `${path}.${name}`, codec.expected, json)
  }
  return value
}

function invalid(shape: TableShape, path: string, expected: string, found: unknown): FactsError {
  return new FactsError(
    'COLUMN_INVALID',
    `A record of ${shape.topic} does not fit the table's definition: at ${path} expected ${expected}, found ${describeValue(found)}.`,
    { topic: shape.topic },
  )
}
