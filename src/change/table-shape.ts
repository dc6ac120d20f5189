import { FactsError } from '../errors'
import type { Column } from './column'
import type { ObjectFactory } from './object-factory'
import { objectFactory } from './object-factory'

export type Columns = Readonly<Record<string, Column<unknown>>>

/** One column with its place among the values of a row. */
export interface PlacedColumn {
  readonly name: string
  readonly column: Column<unknown>
  readonly index: number
  readonly isKey: boolean
}

/** What decoding needs to know of a table, computed once. A row has the key columns first, then the others. */
export class TableShape {
  readonly columns: readonly PlacedColumn[]
  readonly keyColumns: readonly PlacedColumn[]
  readonly byName: ReadonlyMap<string, PlacedColumn>
  readonly makeRow: ObjectFactory
  readonly makeKey: ObjectFactory

  constructor(
    readonly topic: string,
    key: Columns,
    columns: Columns,
    readonly hasFullIdentity: boolean,
  ) {
    const keyNames = Object.keys(key)
    const names = [...keyNames, ...Object.keys(columns)]
    this.check(keyNames, names)
    this.columns = Object.entries({ ...key, ...columns }).map(([name, column], index) => ({
      name,
      column,
      index,
      isKey: index < keyNames.length,
    }))
    this.keyColumns = this.columns.slice(0, keyNames.length)
    this.byName = new Map(this.columns.map((placed) => [placed.name, placed]))
    this.makeRow = objectFactory(names)
    this.makeKey = objectFactory(keyNames)
  }

  private check(keyNames: readonly string[], names: readonly string[]): void {
    const faults = [
      this.topic === '' ? 'it has no topic' : undefined,
      keyNames.length === 0 ? 'it has no key column' : undefined,
      ...names.map((name, index) => {
        if (names.indexOf(name) < index) return `column ${name} is both key and other column`
        // An object literal would take it for the prototype, and index-like names would change the columns' order.
        return name === '__proto__' || /^[0-9]+$/.test(name)
          ? `column ${name} cannot be named so`
          : undefined
      }),
    ].filter((fault) => fault !== undefined)
    if (faults.length > 0) {
      throw new FactsError(
        'TOPOLOGY_INVALID',
        `The definition of table ${this.topic} is not valid: ${faults.join('; ')}.`,
      )
    }
  }
}
