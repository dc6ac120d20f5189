import type { AnyColumn } from '../../table/shape/column'
import { RowImage } from './row-image'
import type { PlacedColumn } from '../../table/shape/table-shape'
import type { StateStore } from '../../topology/store'

type Row = Readonly<Record<string, unknown>>

/** Key of the schemas in a processor's store; it cannot be a row's, because PostgreSQL's text contains no NUL. */
export const SCHEMAS = '\u0000schemas'

/** A column of stored rows. */
export interface KeptColumn {
  readonly name: string
  /** See `ColumnType`; undefined for rows stored by a version without kinds. */
  readonly kind: string | undefined
}

/** The columns of the rows that one declaration has stored, in the order of their images. */
export type RowSchema = readonly KeptColumn[]

/** Reads images of another schema, by their columns' names, as rows of the declared one. */
export class SchemaReader {
  private readonly image: RowImage
  private readonly columns: readonly (readonly [PlacedColumn, KeptColumn])[]

  constructor(schema: RowSchema, declared: readonly PlacedColumn[]) {
    this.image = new RowImage(schema.map(({ name }) => name))
    const byName = new Map(schema.map((kept) => [kept.name, kept]))
    this.columns = declared.flatMap((placed) => {
      const names = [placed.name, ...placed.column.past.formerNames]
      const kept = names.map((name) => byName.get(name)).find((found) => found !== undefined)
      return kept === undefined ? [] : [[placed, kept] as const]
    })
  }

  /** Without the columns that the schema lacks, and those whose values are invalid under their new type. */
  read(bytes: Buffer, from: number): Row {
    const kept = this.image.decode(bytes, from)
    const row: Record<string, unknown> = {}
    for (const [{ name, column }, { name: keptName, kind }] of this.columns) {
      const value = converted(kept[keptName], kind, column)
      if (value !== undefined) row[name] = value
    }
    return row
  }
}

/**
 * The schemas of the rows in a store, by number: each row has the number of its schema, so that a declaration reads by name
 * the rows that another has written. A schema is written in the transaction of the first row that uses it.
 */
export class RowSchemas {
  private readonly declared: RowSchema
  private undone: number | undefined = -1
  private known: readonly RowSchema[] = []
  private readers = new Map<number, SchemaReader>()
  private number = 0

  constructor(
    private readonly store: StateStore,
    private readonly columns: readonly PlacedColumn[],
  ) {
    this.declared = columns.map(({ name, column }) => ({ name, kind: column.type.kind }))
  }

  /** Number of the declared columns' schema; adds it to the store if necessary. */
  current(): number {
    this.refresh()
    if (this.number === 0) {
      this.remember([...this.known, this.declared])
      this.store.set(SCHEMAS, encodedSchemas(this.known))
    }
    return this.number
  }

  /** Whether rows of the number have the declared columns. */
  isCurrent(number: number): boolean {
    this.refresh()
    return number === this.number
  }

  /** Throws when the store does not hold the number, which was written together with the row. */
  reader(number: number): SchemaReader {
    this.refresh()
    let reader = this.readers.get(number)
    if (reader === undefined) {
      const schema = this.known[number - 1]
      if (schema === undefined)
        throw new Error(`The state has no row schema with number ${number}.`)
      reader = new SchemaReader(schema, this.columns)
      this.readers.set(number, reader)
    }
    return reader
  }

  private refresh(): void {
    if (this.store.undone === this.undone) return
    this.undone = this.store.undone
    const bytes = this.store.get(SCHEMAS)
    this.remember(bytes === undefined ? [] : parsedSchemas(bytes))
  }

  private remember(known: readonly RowSchema[]): void {
    this.known = known
    this.readers = new Map()
    const text = JSON.stringify(this.declared)
    this.number = known.findIndex((schema) => JSON.stringify(schema) === text) + 1
  }
}

/** The schemas of a store, the latest last. */
export function parsedSchemas(bytes: Buffer): readonly RowSchema[] {
  const schemas = JSON.parse(bytes.toString()) as (readonly (readonly [string, string])[])[]
  return schemas.map((columns) => columns.map(([name, kind]) => ({ name, kind })))
}

function encodedSchemas(schemas: readonly RowSchema[]): Buffer {
  return Buffer.from(
    JSON.stringify(schemas.map((columns) => columns.map(({ name, kind }) => [name, kind]))),
  )
}

/** The value converted to the column's type, which may have changed; undefined when it cannot be converted. */
function converted(value: unknown, kind: string | undefined, column: AnyColumn): unknown {
  const to = column.type.kind
  const from = kind ?? kindOf(value, to)
  if (value === null || from === to) return value
  if (from === 'integer' || from === 'bigint') {
    const text = (value as number | bigint).toString()
    if (to === 'bigint') return BigInt(text)
    if (to === 'integer') return column.codec.fromJson(Number(text), 'stream')
    return to === 'text' ? text : undefined
  }
  return to === 'text' && (from === 'uuid' || from === 'enum') ? value : undefined
}

const NUMBERS = ['real', 'double precision']
const NOT_TEXT = ['integer', 'bigint', 'boolean', 'bytea', ...NUMBERS]

/** The kind of a value that was stored without one: the declared kind, if its form allows that. */
function kindOf(value: unknown, declared: string): string {
  if (typeof value === 'bigint') return 'bigint'
  if (typeof value === 'boolean') return 'boolean'
  if (Buffer.isBuffer(value)) return 'bytea'
  if (typeof value === 'number') return NUMBERS.includes(declared) ? declared : 'integer'
  return NOT_TEXT.includes(declared) ? 'another' : declared
}
