import type { ByteCursor } from '../bytes/byte-cursor'
import { ConstantBytes } from './constant-bytes'
import { UNAVAILABLE } from '../shape/unavailable'

/** Reads the value at the cursor and advances past it; undefined when it is unusual. */
export type FieldReader = (cursor: ByteCursor) => unknown

/** Where a sample record has a value that differs from record to record. Positions are from the sample's first byte. */
export interface Slot {
  readonly start: number
  readonly end: number
  readonly read: FieldReader
  /** Where the value goes. */
  readonly target: number
  readonly isNullable: boolean
  /** Whether `read` cuts text (see ByteCursor.openText). */
  readonly needsText: boolean
}

/** How a record was read by a layout: not at all, whole, or whole with values that the change does not carry. */
export const MISSED = 0
export const READ = 1
export const READ_WITH_GAPS = 2
export type Reading = typeof MISSED | typeof READ | typeof READ_WITH_GAPS

interface Step {
  readonly constant: ConstantBytes
  readonly read: FieldReader
  readonly target: number
  readonly isNullable: boolean
}

const LETTER_N = 0x6e

/**
 * The form that a topic's records share: constant bytes with values between them. Debezium writes every record of a table
 * with the same fields in the same order, so one pass that compares the constant bytes and reads the values does for the
 * whole; a record of any other form is missed, never misread.
 */
export class RecordLayout {
  private readonly steps: readonly Step[]
  private readonly last: ConstantBytes
  private readonly textStep: number
  private readonly tail: number

  /** `slots` in the order of `sample`, which is compact JSON. */
  constructor(sample: Buffer, slots: readonly Slot[]) {
    this.steps = slots.map(({ start, read, target, isNullable }, index) => ({
      constant: new ConstantBytes(sample.subarray(slots[index - 1]?.end ?? 0, start)),
      read,
      target,
      isNullable,
    }))
    this.last = new ConstantBytes(sample.subarray(slots.at(-1)?.end ?? 0))
    this.textStep = slots.findIndex((slot) => slot.needsText)
    const lastText = slots.findLastIndex((slot) => slot.needsText)
    this.tail = this.steps
      .slice(lastText + 1)
      .reduce((bytes, step) => bytes + step.constant.length, this.last.length)
  }

  /** Reads the record that the cursor was attached to. After MISSED, `values` is of no use. */
  read(cursor: ByteCursor, values: unknown[]): Reading {
    const { steps, textStep } = this
    let reading: Reading = READ
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index] as Step
      if (!step.constant.take(cursor)) return MISSED
      if (index === textStep) cursor.openText(this.tail)
      if (cursor.bytes[cursor.pos] === LETTER_N) {
        if (!step.isNullable || !cursor.takeNull()) return MISSED
        values[step.target] = null
        continue
      }
      const value = step.read(cursor)
      if (value === undefined) return MISSED
      if (value === UNAVAILABLE) reading = READ_WITH_GAPS
      values[step.target] = value
    }
    return this.last.take(cursor) && cursor.pos === cursor.end ? reading : MISSED
  }
}
