import type { ByteCursor } from '../bytes/byte-cursor'
import { scanFields, type ScannedField } from './scan-fields'

/**
 * The fields of the object at the cursor, or of its payload when the converter wrapped it with the Connect schema
 * (`schemas.enable=true`). The schema's bytes, the same for all records of a table, are then part of the layout.
 * `isBare` returns whether fields with the wrapper's names are the object's own.
 */
export function payloadFields(
  cursor: ByteCursor,
  isBare: (fields: ReadonlyMap<string, ScannedField>) => boolean = () => false,
): ReadonlyMap<string, ScannedField> | undefined {
  const fields = scanFields(cursor)
  const payload = fields?.get('payload')
  if (fields?.size !== 2 || payload === undefined || !fields.has('schema') || isBare(fields))
    return fields
  cursor.pos = payload.start
  return scanFields(cursor)
}
