import type { ByteCursor } from '../bytes/byte-cursor'
import { ConstantBytes } from './constant-bytes'
import { UNAVAILABLE } from '../shape/unavailable'

/** Reads the value at the cursor and advances past it; undefined when it is unusual. */
export type FieldReader = (cursor: ByteCursor) => unknown

/** A value of the sample that differs between records. Positions count from the sample's first byte. */
export interface Slot {
  readonly start: number
  readonly end: number
  readonly read: FieldReader
  /** Index of the value. */
  readonly target: number
  readonly isNullable: boolean
  /** Whether `read` slices text (see ByteCursor.openText). */
  readonly needsText: boolean
}

/** Result of reading a record by a layout: not read, complete, or complete with values that the change does not contain. */
export const MISSED = 0
export const READ = 1
export const READ_WITH_GAPS = 2
export type Reading = typeof MISSED | typeof READ | typeof READ_WITH_GAPS

/** Constant bytes, and the value after them. */
interface Segment {
  readonly constant: ConstantBytes
  readonly read: FieldReader
  readonly target: number
  readonly isNullable: boolean
}

const LETTER_N = 0x6e

/**
 * The layout of a topic's records: constant bytes with values between them. Debezium writes every record of a table
 * with the same fields in the same order, so one pass compares the constant bytes and reads the values. A record of
 * another layout is not read, never misread.
 */
export class RecordLayout {
  private readonly segments: readonly Segment[]
  private readonly last: ConstantBytes
  private readonly textSegment: number
  private readonly tail: number

  /** `slots` in the order of `sample`, which is compact JSON. */
  constructor(sample: Buffer, slots: readonly Slot[]) {
    this.segments = slots.map(({ start, read, target, isNullable }, index) => ({
      constant: new ConstantBytes(sample.subarray(slots[index - 1]?.end ?? 0, start)),
      read,
      target,
      isNullable,
    }))
    this.last = new ConstantBytes(sample.subarray(slots.at(-1)?.end ?? 0))
    this.textSegment = slots.findIndex((slot) => slot.needsText)
    const lastText = slots.findLastIndex((slot) => slot.needsText)
    this.tail = this.segments
      .slice(lastText + 1)
      .reduce((bytes, segment) => bytes + segment.constant.length, this.last.length)
  }

  /** Reads the record that the cursor was attached to. After MISSED, the content of `values` is undefined. */
  read(cursor: ByteCursor, values: unknown[]): Reading {
    const { segments, textSegment } = this
    let reading: Reading = READ
    for (let index = 0; index < segments.length; index++) {
      const segment = segments[index] as Segment
      if (!segment.constant.take(cursor)) return MISSED
      if (index === textSegment) cursor.openText(this.tail)
      if (cursor.bytes[cursor.pos] === LETTER_N) {
        if (!segment.isNullable || !cursor.takeNull()) return MISSED
        values[segment.target] = null
        continue
      }
      const value = segment.read(cursor)
      if (value === undefined) return MISSED
      if (value === UNAVAILABLE) reading = READ_WITH_GAPS
      values[segment.target] = value
    }
    return this.last.take(cursor) && cursor.pos === cursor.end ? reading : MISSED
  }
}
