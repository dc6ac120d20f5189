import { ByteCursor } from '../bytes/byte-cursor'
import type { ChangeEvent } from '../shape/change-event'
import { envelopeIndexes, type EnvelopeLayout, type EnvelopeIndexes } from './envelope-layout'
import { withdrawUnavailable, type Decoded } from '../exact/exact-decoder'
import { type RecordBytes } from '../exact/record-bytes'
import { learnKey } from './key-layout'
import { learnEnvelope } from './learn-envelope'
import { MISSED, READ, READ_WITH_GAPS, type Reading, type RecordLayout } from './record-layout'
import type { SourcePosition } from '../shape/source-position'
import type { PlacedColumn, TableShape } from '../shape/table-shape'
import { UNAVAILABLE } from '../shape/unavailable'

/** Maximum layouts per table: changes with and without an old row, snapshot rows, layouts before and after a new column. */
const MOST_LAYOUTS = 8
/** Consecutive records without a new layout after which learning is tried only occasionally. */
const PATIENCE = 16
const RETRY_EVERY = 256

const NONE: readonly string[] = Object.freeze([])

/** Shared by all tables: decoding is synchronous. */
const cursor = new ByteCursor()

/**
 * Decodes records of known layouts, many times faster than the exact decoder and into the same events. Unknown or unusual
 * records are left to the exact decoder.
 */
export class FastDecoder {
  private readonly envelopes: EnvelopeLayout[] = []
  private readonly keys: RecordLayout[] = []
  private readonly indexes: EnvelopeIndexes
  private readonly values: unknown[]
  private readonly keyValues: unknown[]
  private fruitless = 0
  /** The layout learned last, until a second record has it. */
  private unused: EnvelopeLayout | undefined
  private waited = 0

  constructor(private readonly shape: TableShape) {
    this.indexes = envelopeIndexes(shape)
    this.values = new Array<unknown>(this.indexes.before + shape.columns.length).fill(null)
    this.keyValues = new Array<unknown>(shape.columns.length + 1).fill(null)
  }

  /** The change, or undefined when this record needs the exact decoder. Never throws. */
  decode(record: RecordBytes): Decoded | undefined {
    if (record.key === null) return undefined
    if (record.value === null) return this.tombstone(record.key)
    const { envelopes } = this
    for (let index = 0; index < envelopes.length; index++) {
      const layout = envelopes[index] as EnvelopeLayout
      const reading = this.read(layout, record.value)
      if (reading === MISSED) continue
      if (layout === this.unused) {
        this.unused = undefined
        this.fruitless--
      }
      if (index > 0) toFront(envelopes, index)
      return this.change(layout, reading, record.key)
    }
    return undefined
  }

  /**
   * Learns the layout of a record that the exact decoder has accepted, unless the layout is known and the record has an
   * unusual value, so that learning it again would not help.
   */
  learn({ key, value }: RecordBytes): void {
    if (key === null || value === null) return
    if (this.fruitless >= PATIENCE && ++this.waited % RETRY_EVERY !== 0) return
    this.fruitless++
    if (this.readKey(key) === undefined) {
      const layout = learnKey(this.shape, key, cursor)
      if (layout === undefined || this.keyOf(layout, key) === undefined) return
      remember(this.keys, layout)
    }
    if (this.decode({ key, value }) !== undefined) return
    // One table with one history does not have so many layouts: they differ in `source`.
    const isFull = this.envelopes.length === MOST_LAYOUTS
    const layout = learnEnvelope(this.shape, value, cursor, isFull)
    if (layout === undefined) return
    if (this.change(layout, this.read(layout, value), key) === undefined) return
    remember(this.envelopes, layout)
    // Replacing a layout pays off only when a second record has the new one.
    if (isFull) this.unused = layout
    else this.fruitless = 0
  }

  private read(layout: EnvelopeLayout, value: Buffer): Reading {
    cursor.attach(value)
    return layout.record.read(cursor, this.values)
  }

  /** The change that the layout has just read. */
  private change(layout: EnvelopeLayout, reading: Reading, bytes: Buffer): Decoded | undefined {
    for (const { index, column } of layout.missing) this.values[index] = column.substitute
    const hasGaps = reading === READ_WITH_GAPS
    if (reading === MISSED || (hasGaps && !this.areGapsUsual(layout))) return undefined
    const key = this.readKey(bytes)
    return key === undefined ? undefined : this.event(layout, key, hasGaps)
  }

  private tombstone(bytes: Buffer): Decoded | undefined {
    const key = this.readKey(bytes)
    return key === undefined ? undefined : { operation: 'tombstone', key }
  }

  private readKey(bytes: Buffer): object | undefined {
    const { keys } = this
    for (let index = 0; index < keys.length; index++) {
      const key = this.keyOf(keys[index] as RecordLayout, bytes)
      if (key === undefined) continue
      if (index > 0) toFront(keys, index)
      return key
    }
    return undefined
  }

  private keyOf(layout: RecordLayout, bytes: Buffer): object | undefined {
    cursor.attach(bytes)
    const reading = layout.read(cursor, this.keyValues)
    return reading === READ ? this.shape.makeKey(this.keyValues) : undefined
  }

  private event(
    layout: EnvelopeLayout,
    key: object,
    hasGaps: boolean,
  ): ChangeEvent<object, object> | undefined {
    const { shape, values, indexes } = this
    const operation = values[indexes.operation] as ChangeEvent<object, object>['operation']
    if (layout.hasAfter === (operation === 'delete')) return undefined
    for (const index of layout.absent) values[index] = null
    const position = this.position(layout)
    const before = layout.before === undefined ? null : this.before(layout.before)
    const unavailable = hasGaps ? withdrawUnavailable(shape, values, before) : NONE
    const { unknownColumns, missingColumns } = layout
    switch (operation) {
      case 'create':
      case 'read': {
        const after = shape.makeRow(values)
        return {
          operation,
          key,
          before: null,
          after,
          position,
          unavailable,
          unknownColumns,
          missingColumns,
        }
      }
      case 'update': {
        const after = shape.makeRow(values)
        return {
          operation,
          key,
          before,
          after,
          position,
          unavailable,
          unknownColumns,
          missingColumns,
        }
      }
      case 'delete':
        return {
          operation,
          key,
          before,
          after: null,
          position,
          unavailable: NONE,
          unknownColumns,
          missingColumns,
        }
      case 'truncate':
        return undefined
    }
  }

  private position({ names }: EnvelopeLayout): SourcePosition {
    const { values, indexes } = this
    return {
      connector: names?.connector ?? (values[indexes.connector] as string),
      database: names?.database ?? (values[indexes.database] as string),
      schema: names?.schema ?? (values[indexes.schema] as string),
      table: names?.table ?? (values[indexes.table] as string),
      lsn: values[indexes.lsn] as bigint,
      transactionId: values[indexes.transactionId] as bigint | null,
      transactionOrder: values[indexes.transactionOrder] as bigint | null,
      committedAt: values[indexes.committedAt] as bigint,
      snapshot: values[indexes.snapshot] === true,
    }
  }

  private before(columns: readonly PlacedColumn[]): Record<string, unknown> {
    const before: Record<string, unknown> = {}
    for (const { name, index } of columns) {
      const value = this.values[this.indexes.before + index]
      if (value !== UNAVAILABLE) before[name] = value
    }
    return before
  }

  /** Whether values are missing only in columns where the exact decoder allows it. */
  private areGapsUsual(layout: EnvelopeLayout): boolean {
    const { values, shape } = this
    return (
      !layout.hasAfter ||
      shape.columns.every(
        ({ index, column }) =>
          values[index] !== UNAVAILABLE || column.isNullable || column.isToastable,
      )
    )
  }
}

function toFront(list: unknown[], index: number): void {
  const item = list[index]
  list[index] = list[0]
  list[0] = item
}

function remember<T>(list: T[], item: T): void {
  list.unshift(item)
  list.length = Math.min(list.length, MOST_LAYOUTS)
}
