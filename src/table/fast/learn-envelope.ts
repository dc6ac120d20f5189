import type { ByteCursor } from '../bytes/byte-cursor'
import { columnReader } from './column-reader'
import { envelopeIndexes, type EnvelopeLayout, type EnvelopeIndexes } from './envelope-layout'
import * as read from './envelope-readers'
import { payloadFields } from './payload-fields'
import { RecordLayout, type FieldReader, type Slot } from './record-layout'
import { scanFields, type ScannedField } from './scan-fields'
import { fieldOf, type PlacedColumn, type TableShape } from '../shape/table-shape'

/** Fields of `source` that every record has; in the order of SourceNames. */
const NAMES = { name: 'connector', db: 'database', schema: 'schema', table: 'table' } as const
type NameField = keyof typeof NAMES
const NAME_FIELDS = Object.keys(NAMES) as NameField[]

type Fields = ReadonlyMap<string, ScannedField>

/**
 * Learns the layout of a record that the exact decoder has accepted; undefined when no layout can describe its form
 * (whitespace, repeated field names). A field of `source` that is null or missing in the sample is part of the layout.
 *
 * `loosely`: of `source`, only the names of its fields are constant. Slower to read; for a topic whose records differ there
 * (several tables, partitions' own names), where each combination would otherwise be a separate layout.
 */
export function learnEnvelope(
  shape: TableShape,
  sample: Buffer,
  cursor: ByteCursor,
  loosely: boolean,
): EnvelopeLayout | undefined {
  return new Learner(shape, sample, cursor, loosely).learn()
}

class Learner {
  private readonly indexes: EnvelopeIndexes
  private readonly slots: Slot[] = []

  constructor(
    private readonly shape: TableShape,
    private readonly sample: Buffer,
    private readonly cursor: ByteCursor,
    private readonly loosely: boolean,
  ) {
    this.indexes = envelopeIndexes(shape)
  }

  learn(): EnvelopeLayout | undefined {
    this.cursor.attach(this.sample)
    this.cursor.openText(0)
    const top = payloadFields(this.cursor)
    if (top === undefined) return undefined
    const source = this.inner(top, 'source')
    const transaction = this.inner(top, 'transaction')
    const before = this.inner(top, 'before')
    const after = this.inner(top, 'after')
    if (source === null || source === undefined) return undefined
    if (transaction === undefined || before === undefined || after === undefined) return undefined
    const names = this.names(source)
    const isUsual =
      names !== undefined &&
      top.has('op') &&
      transaction?.has('total_order') !== false &&
      (after === null || this.missing(after).every(({ column }) => column.mayBeMissing))
    if (!isUsual) return undefined
    this.slotsOf(top, source, transaction, before, after)
    const missing = after === null ? [] : this.missing(after)
    const filled = new Set(this.slots.map(({ target }) => target))
    const { snapshot, transactionId, transactionOrder } = this.indexes
    return {
      record: new RecordLayout(this.sample, this.slots),
      names: this.loosely ? undefined : names,
      absent: [snapshot, transactionId, transactionOrder].filter((index) => !filled.has(index)),
      hasAfter: after !== null,
      before:
        before === null
          ? undefined
          : this.shape.columns.filter(({ index }) => filled.has(this.indexes.before + index)),
      unknownColumns: Object.freeze(
        [...(after ?? before ?? new Map<string, never>()).keys()]
          .filter((name) => this.columnOf(after ?? before, name) === undefined)
          .sort(),
      ),
      missing,
      missingColumns: Object.freeze(missing.map(({ name }) => name)),
    }
  }

  private names(source: Fields): EnvelopeLayout['names'] {
    const [connector, database, schema, table] = NAME_FIELDS.map((name) =>
      this.text(source.get(name)),
    )
    return connector === undefined ||
      database === undefined ||
      schema === undefined ||
      table === undefined
      ? undefined
      : { connector, database, schema, table }
  }

  /** In the order of the sample. */
  private slotsOf(
    top: Fields,
    source: Fields,
    transaction: Fields | null,
    before: Fields | null,
    after: Fields | null,
  ): void {
    for (const field of top.values()) {
      if (field.name === 'source') this.sourceSlots(source)
      else if (field.name === 'transaction') this.transactionSlots(transaction)
      else if (field.name === 'before') this.beforeSlots(before)
      else if (field.name === 'after') this.afterSlots(after)
      else if (field.name === 'op') this.add(field, read.operation, this.indexes.operation)
      else this.skip(field)
    }
  }

  private sourceSlots(source: Fields): void {
    const { indexes } = this
    const hasLsn = this.isThere(source.get('lsn'))
    const hasMicroseconds = this.isThere(source.get('ts_us'))
    for (const field of source.values()) {
      switch (field.name) {
        case 'sequence':
          if (hasLsn) this.add(field, read.sequence, indexes.waste, true)
          else this.add(field, read.lsnOfSequence, indexes.lsn)
          break
        case 'lsn':
          if (hasLsn) this.add(field, read.countingNumber, indexes.lsn)
          break
        case 'txId':
          this.add(field, read.countingNumber, indexes.transactionId, true)
          break
        case 'ts_us':
          if (hasMicroseconds) this.add(field, read.wholeNumber, indexes.committedAt)
          break
        case 'ts_ms':
          if (hasMicroseconds) this.add(field, read.passNumber, indexes.waste, true)
          else this.add(field, read.milliseconds, indexes.committedAt)
          break
        case 'snapshot':
          this.add(field, read.isSnapshot, indexes.snapshot, true)
          break
        default:
          this.otherOfSource(field)
      }
    }
  }

  /** Fields that differ only between deployments, or are null in practice, are constant unless learned loosely. */
  private otherOfSource(field: ScannedField): void {
    const { name } = field
    if (this.loosely) {
      const index = isNameField(name) ? this.indexes[NAMES[name]] : undefined
      if (index === undefined) this.skip(field)
      else this.add(field, read.text, index, false, true)
      return
    }
    const isConstant = isNameField(name) || name === 'version' || name === 'connector'
    if (!isConstant && this.isThere(field)) this.skip(field)
  }

  private transactionSlots(transaction: Fields | null): void {
    for (const field of transaction?.values() ?? []) {
      if (field.name !== 'total_order') this.skip(field)
      else this.add(field, read.countingNumber, this.indexes.transactionOrder)
    }
  }

  private beforeSlots(before: Fields | null): void {
    for (const field of before?.values() ?? []) {
      const placed = this.columnOf(before, field.name)
      if (placed === undefined || !this.isCertain(placed)) this.skip(field)
      // Null in a NOT NULL column: the old row lacks the column. The null is constant, because the layout omits the column.
      else if (placed.column.isNullable || this.isThere(field)) {
        this.addColumn(field, placed, this.indexes.before + placed.index)
      }
    }
  }

  private afterSlots(after: Fields | null): void {
    for (const field of after?.values() ?? []) {
      const column = this.columnOf(after, field.name)
      if (column === undefined) this.skip(field)
      else this.addColumn(field, column, column.index)
    }
  }

  private columnOf(row: Fields | null, field: string): PlacedColumn | undefined {
    return this.shape.columnOf(field, (name) => row?.has(name) === true)
  }

  private missing(row: Fields): readonly PlacedColumn[] {
    return this.shape.columns.filter(
      (column) => fieldOf(column, (name) => row.has(name)) === undefined,
    )
  }

  /** See `DeleteEvent.before`. */
  private isCertain(column: PlacedColumn): boolean {
    return column.isKey || this.shape.hasFullIdentity
  }

  private addColumn(field: ScannedField, { column }: PlacedColumn, target: number): void {
    const { codec, isNullable } = column
    this.add(field, columnReader(codec), target, isNullable, codec.readsText)
  }

  private skip(field: ScannedField): void {
    this.add(field, read.skip, this.indexes.waste, true)
  }

  private add(
    { start, end }: ScannedField,
    reader: FieldReader,
    target: number,
    isNullable = false,
    needsText = false,
  ): void {
    const base = this.sample.byteOffset
    this.slots.push({
      start: start - base,
      end: end - base,
      read: reader,
      target,
      isNullable,
      needsText,
    })
  }

  /** The fields of a nested object: null when there is none, undefined when its form is unusual. */
  private inner(fields: Fields, name: string): Fields | null | undefined {
    const field = fields.get(name)
    if (field === undefined || !this.isThere(field)) return null
    this.cursor.pos = field.start
    return scanFields(this.cursor)
  }

  private isThere(field: ScannedField | undefined): boolean {
    if (field === undefined) return false
    this.cursor.pos = field.start
    return !this.cursor.takeNull()
  }

  private text(field: ScannedField | undefined): string | undefined {
    if (field === undefined) return undefined
    this.cursor.pos = field.start
    return this.cursor.readString()
  }
}

function isNameField(name: string): name is NameField {
  return Object.hasOwn(NAMES, name)
}
