import type { ReadOnlyKeyValueStore } from '../../topology/store'
import type { Tables } from '../../topology/processor'
import type { MergeRow } from '../../table/shape/object-factory'
import { mergeRow } from '../../table/shape/object-factory'
import type { AnyTable, LookupMap } from '../declare/lookup'
import type { Reference } from './reference'
import { referenceTo } from './reference'

type Row = Readonly<Record<string, unknown>>

interface BoundLookup {
  readonly name: string
  readonly column: string
  readonly keyOf: Reference
  readonly rows: ReadOnlyKeyValueStore<Row> | undefined
  readonly then: Joiner | undefined
}

/** Follows the declared lookups from a row. */
export class Joiner {
  private readonly lookups: readonly BoundLookup[]
  private readonly names: readonly string[]
  /** Created with the first row found: all rows of a table have the same columns. */
  private merge: MergeRow | undefined

  constructor(from: AnyTable, join: LookupMap, tables: Tables) {
    this.names = Object.keys(join)
    this.lookups = Object.entries(join).map(([name, lookup]) => ({
      name,
      column: lookup.column,
      keyOf: referenceTo(from, lookup),
      rows: tables.get(lookup.table.topic) as ReadOnlyKeyValueStore<Row> | undefined,
      then:
        Object.keys(lookup.join).length === 0
          ? undefined
          : new Joiner(lookup.table, lookup.join, tables),
    }))
  }

  /** The argument of `map`. */
  input(key: unknown, row: Row): Row {
    const input: Record<string, unknown> = { key, row }
    for (const lookup of this.lookups) input[lookup.name] = find(lookup, row)
    return input
  }

  /** The row with the results of its own lookups. */
  joined(row: Row): Row {
    this.merge ??= mergeRow(Object.keys(row), this.names)
    return this.merge(
      row,
      this.lookups.map((lookup) => find(lookup, row)),
    )
  }
}

function find({ column, keyOf, rows, then }: BoundLookup, row: Row): Row | undefined {
  const reference = row[column]
  const key = reference === null ? undefined : keyOf(reference)
  const found = key === undefined ? undefined : rows?.get(key)
  return found === undefined || then === undefined ? found : then.joined(found)
}
