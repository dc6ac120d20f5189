import type { ByteCursor } from './byte-cursor'
import * as read from './envelope-readers'
import { RecordLayout, type Reader, type Slot } from './record-layout'
import { scanFields, type ScannedField } from './scan-fields'
import type { PlacedColumn, TableShape } from '../table-shape'

/** Places of the envelope's own values, behind those of the row's columns. */
export interface EnvelopePlaces {
  readonly operation: number
  readonly lsn: number
  readonly transactionId: number
  readonly transactionOrder: number
  readonly committedAt: number
  /** Of the old row's first column. */
  readonly before: number
  /** Of what nobody needs. */
  readonly waste: number
}

/** The row's columns come first, so that a row is made of the values as they stand. */
export function envelopePlaces({ columns: { length } }: TableShape): EnvelopePlaces {
  return {
    operation: length,
    lsn: length + 1,
    transactionId: length + 2,
    transactionOrder: length + 3,
    committedAt: length + 4,
    waste: length + 5,
    before: length + 6,
  }
}

/** A form of the table's envelopes: what is the same in all records of the form, and how to read what is not. */
export interface EnvelopeLayout {
  readonly record: RecordLayout
  readonly connector: string
  readonly database: string
  readonly schema: string
  readonly table: string
  readonly isSnapshot: boolean
  readonly hasAfter: boolean
  readonly hasTransaction: boolean
  /** Columns of the old row that are certain, in the definition's order; undefined when there is no old row. */
  readonly before: readonly PlacedColumn[] | undefined
  readonly unknownColumns: readonly string[]
}

/** In the order of EnvelopeLayout's fields. */
const SOURCE_CONSTANTS = ['name', 'db', 'schema', 'table', 'snapshot']

type Fields = ReadonlyMap<string, ScannedField>

/**
 * Learns the layout of a record that the exact decoder has accepted; undefined when the record is not of a form that a
 * layout can describe (whitespace, escaped or repeated field names, fields that the source usually has missing).
 */
export function learnEnvelope(
  shape: TableShape,
  sample: Buffer,
  cursor: ByteCursor,
): EnvelopeLayout | undefined {
  return new Learner(shape, sample, cursor).learn()
}

class Learner {
  private readonly places: EnvelopePlaces
  private readonly slots: Slot[] = []

  constructor(
    private readonly shape: TableShape,
    private readonly sample: Buffer,
    private readonly cursor: ByteCursor,
  ) {
    this.places = envelopePlaces(shape)
  }

  learn(): EnvelopeLayout | undefined {
    this.cursor.attach(this.sample)
    this.cursor.openText(0)
    const top = scanFields(this.cursor)
    if (top === undefined) return undefined
    const source = this.inner(top, 'source')
    const transaction = this.inner(top, 'transaction')
    const before = this.inner(top, 'before')
    const after = this.inner(top, 'after')
    if (source === null || source === undefined) return undefined
    if (transaction === undefined || before === undefined || after === undefined) return undefined
    const [connector, database, schema, table, snapshot] = SOURCE_CONSTANTS.map((name) =>
      this.constant(source.get(name)),
    )
    const isUsual =
      connector !== undefined &&
      database !== undefined &&
      schema !== undefined &&
      table !== undefined &&
      snapshot !== undefined &&
      top.has('op') &&
      ['lsn', 'txId', 'ts_us'].every((name) => source.has(name)) &&
      transaction?.has('total_order') !== false &&
      (after === null || this.shape.columns.every(({ name }) => after.has(name)))
    if (!isUsual) return undefined
    this.slotsOf(top, source, transaction, before, after)
    return {
      record: new RecordLayout(this.sample, this.slots),
      ...{ connector, database, schema, table },
      isSnapshot: snapshot !== 'false',
      hasAfter: after !== null,
      hasTransaction: transaction !== null,
      before:
        before === null
          ? undefined
          : this.shape.columns.filter(
              (column) => before.has(column.name) && this.isCertain(column),
            ),
      unknownColumns: Object.freeze(
        [...(after ?? before ?? new Map<string, never>()).keys()]
          .filter((name) => !this.shape.byName.has(name))
          .sort(),
      ),
    }
  }

  /** In the order of the sample, whatever that is. */
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
      else if (field.name === 'op') this.add(field, read.operation, this.places.operation)
      else this.skip(field)
    }
  }

  private sourceSlots(source: Fields): void {
    const { places } = this
    for (const field of source.values()) {
      switch (field.name) {
        case 'sequence':
          this.add(field, read.sequence, places.waste, true)
          break
        case 'lsn':
          this.add(field, read.countingNumber, places.lsn)
          break
        case 'txId':
          this.add(field, read.countingNumber, places.transactionId, true)
          break
        case 'ts_us':
          this.add(field, read.wholeNumber, places.committedAt)
          break
        case 'ts_ms':
          this.add(field, read.passNumber, places.waste, true)
          break
        default:
          if (!this.isConstant(field)) this.skip(field)
      }
    }
  }

  /** What differs only between deployments, or is null in practice: part of the layout. */
  private isConstant({ name, start }: ScannedField): boolean {
    if (SOURCE_CONSTANTS.includes(name) || name === 'version' || name === 'connector') return true
    this.cursor.pos = start
    return this.cursor.takeNull()
  }

  private transactionSlots(transaction: Fields | null): void {
    for (const field of transaction?.values() ?? []) {
      if (field.name !== 'total_order') this.skip(field)
      else this.add(field, read.countingNumber, this.places.transactionOrder)
    }
  }

  private beforeSlots(before: Fields | null): void {
    for (const field of before?.values() ?? []) {
      const column = this.shape.byName.get(field.name)
      if (column === undefined || !this.isCertain(column)) this.skip(field)
      else this.addColumn(field, column, this.places.before + column.index)
    }
  }

  private afterSlots(after: Fields | null): void {
    for (const field of after?.values() ?? []) {
      const column = this.shape.byName.get(field.name)
      if (column === undefined) this.skip(field)
      else this.addColumn(field, column, column.index)
    }
  }

  /** See `DeleteEvent.before`. */
  private isCertain(column: PlacedColumn): boolean {
    return column.isKey || this.shape.hasFullIdentity
  }

  private addColumn(field: ScannedField, { column }: PlacedColumn, target: number): void {
    const { fromBytes, readsText } = column.codec
    this.add(field, fromBytes, target, column.isNullable, readsText)
  }

  private skip(field: ScannedField): void {
    this.add(field, read.skip, this.places.waste, true)
  }

  private add(
    field: ScannedField,
    reader: Reader,
    target: number,
    isNullable = false,
    needsText = false,
  ): void {
    const base = this.sample.byteOffset
    const { start, end } = field
    const slot = { start: start - base, end: end - base, read: reader, target }
    this.slots.push({ ...slot, isNullable, needsText })
  }

  /** The fields of an object within: null when there is none, undefined when it is not of the usual form. */
  private inner(fields: Fields, name: string): Fields | null | undefined {
    const field = fields.get(name)
    if (field === undefined) return null
    this.cursor.pos = field.start
    return this.cursor.takeNull() ? null : scanFields(this.cursor)
  }

  private constant(field: ScannedField | undefined): string | undefined {
    if (field === undefined) return undefined
    this.cursor.pos = field.start
    return this.cursor.readPlainString()
  }
}
