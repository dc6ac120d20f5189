import { FactsError } from '../../errors'
import type { AnyColumn } from './column'
import type { ObjectFactory } from './object-factory'
import { objectFactory } from './object-factory'

export type Columns = Readonly<Record<string, AnyColumn>>

/** One column with its place among the values of a row. */
export interface PlacedColumn {
  readonly name: string
  readonly column: AnyColumn
  readonly index: number
  readonly isKey: boolean
}

/** A table as decoding needs it, computed once. A row has the key columns first, then the others. */
export class TableShape {
  readonly columns: readonly PlacedColumn[]
  readonly keyColumns: readonly PlacedColumn[]
  /** Columns by their current and former names. */
  private readonly byName: ReadonlyMap<string, PlacedColumn>
  /** Values in a row for columns that the record lacks, where that is not null. */
  readonly substitutes: Readonly<Record<string, unknown>>
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
    this.check(key, { ...key, ...columns }, names)
    this.columns = Object.entries({ ...key, ...columns }).map(([name, column], index) => ({
      name,
      column,
      index,
      isKey: index < keyNames.length,
    }))
    this.keyColumns = this.columns.slice(0, keyNames.length)
    this.byName = byName(this.columns)
    this.substitutes = Object.fromEntries(
      this.columns.flatMap(({ name, column }): (readonly [string, unknown])[] =>
        column.substitute === null ? [] : [[name, column.substitute]],
      ),
    )
    this.makeRow = objectFactory(names)
    this.makeKey = objectFactory(keyNames)
  }

  /** Whether a field of a record is one of the columns, under its current or a former name. */
  has(field: string): boolean {
    return this.byName.has(field)
  }

  /** The column of a field of a row; if a row has two names of one column, the newer one is read and the other ignored. */
  columnOf(field: string, hasField: (name: string) => boolean): PlacedColumn | undefined {
    const placed = this.byName.get(field)
    return placed !== undefined && fieldOf(placed, hasField) === field ? placed : undefined
  }

  private check(key: Columns, columns: Columns, names: readonly string[]): void {
    const keyNames = Object.keys(key)
    const faults = [
      this.topic === '' ? 'it has no topic' : undefined,
      keyNames.length === 0 ? 'it has no key column' : undefined,
      ...Object.entries(key).map(([name, { past }]) =>
        // A rename changes the records' keys, and so their partitions.
        past.formerNames.length > 0 || past.fallback !== undefined
          ? `key column ${name} is in every record under its own name, so it has neither former name nor default`
          : undefined,
      ),
      ...Object.entries(columns).flatMap(([name, { past }]) =>
        past.formerNames
          .filter((former) => names.includes(former))
          .map(
            (former) => `column ${name} had the name ${former} before, which another column has`,
          ),
      ),
      ...Object.entries(columns).map(([name, { type }]) =>
        type.postgresTypes.length === 0
          ? `column ${name} is ${type.kind}, which Debezium does not write (docs/reference/column-types.md): leave it out, and exclude it from capture`
          : undefined,
      ),
      ...names.map((name, index) => {
        if (names.indexOf(name) < index) return `column ${name} is both key and other column`
        // In an object literal "__proto__" sets the prototype, and index-like names change the order of columns.
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

/** The name of the column in the row: the current one, or the latest former one; undefined when the row lacks it. */
export function fieldOf(
  { name, column }: PlacedColumn,
  hasField: (name: string) => boolean,
): string | undefined {
  if (hasField(name)) return name
  const { formerNames } = column.past
  return formerNames.length === 0 ? undefined : formerNames.find(hasField)
}

function byName(columns: readonly PlacedColumn[]): ReadonlyMap<string, PlacedColumn> {
  return new Map(
    columns.flatMap((placed) =>
      [placed.name, ...placed.column.past.formerNames].map((name): [string, PlacedColumn] => [
        name,
        placed,
      ]),
    ),
  )
}
