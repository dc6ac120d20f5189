import type { ByteCursor } from '../bytes/byte-cursor'
import { skip } from './envelope-readers'
import { RecordLayout, type Slot } from './record-layout'
import { columnReader } from './column-reader'
import { payloadFields } from './payload-fields'
import type { TableShape } from '../shape/table-shape'

/** Learns the layout of a key that the exact decoder has accepted; undefined when no layout can describe it. */
export function learnKey(
  shape: TableShape,
  sample: Buffer,
  cursor: ByteCursor,
): RecordLayout | undefined {
  cursor.attach(sample)
  cursor.openText(0)
  const isKey = (fields: ReadonlyMap<string, unknown>): boolean =>
    shape.keyColumns.every(({ name }) => fields.has(name))
  const fields = payloadFields(cursor, isKey)
  if (fields === undefined || !isKey(fields)) return undefined
  const slots = [...fields.values()].map(({ name, start, end }): Slot => {
    const placed = shape.columnOf(name, (other) => fields.has(other))
    const place = { start: start - sample.byteOffset, end: end - sample.byteOffset }
    return placed?.isKey === true
      ? {
          ...place,
          read: columnReader(placed.column.codec),
          target: placed.index,
          isNullable: false,
          needsText: placed.column.codec.readsText,
        }
      : { ...place, read: skip, target: shape.columns.length, isNullable: true, needsText: false }
  })
  return new RecordLayout(sample, slots)
}
