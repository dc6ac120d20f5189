import type { ReadOnlyKeyValueStore } from '../../topology/store'
import type { Tables } from '../../topology/processor'
import type { MergeRow } from '../../table/shape/object-factory'
import { mergeRow } from '../../table/shape/object-factory'
import type { AnyTable, LookupMap } from '../declare/lookup'
import type { Reference } from './reference'
import { referenceTo } from './reference'

type Row = Readonly<Record<string, unknown>>

interface Step {
  readonly name: string
  readonly column: string
  readonly keyOf: Reference
  readonly rows: ReadOnlyKeyValueStore<Row> | undefined
  readonly then: Joiner | undefined
}

/** Follows the declared lookups from a row. */
export class Joiner {
  private readonly steps: readonly Step[]
  private readonly names: readonly string[]
  /** Created with the first row found: all rows of a table have the same columns. */
  private merge: MergeRow | undefined

  constructor(from: AnyTable, join: LookupMap, tables: Tables) {
    this.names = Object.keys(join)
    this.steps = Object.entries(join).map(([name, lookup]) => ({
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
    for (const step of this.steps) input[step.name] = find(step, row)
    return input
  }

  /** The row with the results of its own lookups. */
  joined(row: Row): Row {
    this.merge ??= mergeRow(Object.keys(row), this.names)
    return this.merge(
      row,
      this.steps.map((step) => find(step, row)),
    )
  }
}

function find({ column, keyOf, rows, then }: Step, row: Row): Row | undefined {
  const reference = row[column]
  const key = reference === null ? undefined : keyOf(reference)
  const found = key === undefined ? undefined : rows?.get(key)
  return found === undefined || then === undefined ? found : then.joined(found)
}
