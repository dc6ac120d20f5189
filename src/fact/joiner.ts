import type { ReadOnlyKeyValueStore } from '../topology/store'
import type { Tables } from '../topology/processor'
import { columnText } from './key-text'
import type { LookupMap } from './lookup'
import type { TableRow } from './table-row'

type Row = Readonly<Record<string, unknown>>

interface Step {
  readonly name: string
  readonly column: string
  readonly rows: ReadOnlyKeyValueStore<TableRow> | undefined
  readonly then: Joiner | undefined
}

/** Follows the declared lookups from a row. */
export class Joiner {
  private readonly steps: readonly Step[]

  constructor(join: LookupMap, tables: Tables) {
    this.steps = Object.entries(join).map(([name, lookup]) => ({
      name,
      column: lookup.column,
      rows: tables.get(lookup.table.topic) as ReadOnlyKeyValueStore<TableRow> | undefined,
      then: Object.keys(lookup.join).length === 0 ? undefined : new Joiner(lookup.join, tables),
    }))
  }

  /** What `map` gets. */
  input(key: unknown, row: Row): Row {
    return this.add({ key, row }, row)
  }

  /** Adds what each lookup finds to the target. */
  private add(target: Record<string, unknown>, row: Row): Row {
    for (const { name, column, rows, then } of this.steps) {
      const reference = row[column]
      const found = reference === null ? undefined : rows?.get(columnText(reference))?.row
      target[name] =
        found !== undefined && then !== undefined ? then.add({ ...found }, found) : found
    }
    return target
  }
}
