import type { JsonObject, JsonValue } from '../../protobuf/json/json'
import type { PlacedColumn, TableShape } from '../../table/shape/table-shape'
import { aloneReader, schemaReader } from '../values/column-reader'
import type { ReadColumn, ValueSettings } from '../values/column-reader'
import { fieldSchema, type ConnectSchema } from '../values/connect-schema'
import { formatDiffers } from './format-differs'

/** Brings the columns of a row, or of a key, to the decoder's form. */
export class RowForm {
  private readonly bySchema = new WeakMap<ConnectSchema, Map<string, ReadColumn>>()
  private readonly alone = new Map<string, ReadColumn>()

  constructor(
    private readonly shape: TableShape,
    private readonly settings: ValueSettings,
  ) {}

  /** What cannot be read of records without schemas. */
  faults(): readonly string[] {
    return this.shape.columns.flatMap(({ name, column }) => {
      const read = aloneReader(column.type, this.settings)
      return 'fault' in read ? [`column ${name} of ${this.shape.topic} ${read.fault}`] : []
    })
  }

  /** Columns that are not declared keep their names only. Throws FORMAT_DIFFERS. */
  read(row: JsonObject, schema: ConnectSchema | undefined): JsonObject {
    const has = (name: string): boolean => Object.hasOwn(row, name)
    const readers = this.readersOf(schema)
    const read: Record<string, JsonValue> = {}
    for (const field of Object.keys(row)) {
      const placed = this.shape.columnOf(field, has)
      const value = row[field] as JsonValue
      read[field] = placed === undefined ? null : this.reader(readers, field, placed, schema)(value)
    }
    return read
  }

  private readersOf(schema: ConnectSchema | undefined): Map<string, ReadColumn> {
    if (schema === undefined) return this.alone
    const known = this.bySchema.get(schema) ?? new Map<string, ReadColumn>()
    this.bySchema.set(schema, known)
    return known
  }

  private reader(
    readers: Map<string, ReadColumn>,
    field: string,
    { name, column }: PlacedColumn,
    schema: ConnectSchema | undefined,
  ): ReadColumn {
    const known = readers.get(field)
    if (known !== undefined) return known
    const own = fieldSchema(schema, field)
    const read =
      own === undefined
        ? aloneReader(column.type, this.settings)
        : schemaReader(column.type, own, this.settings)
    if ('fault' in read) throw formatDiffers(this.shape.topic, `column ${name} ${read.fault}`)
    readers.set(field, read)
    return read
  }
}
