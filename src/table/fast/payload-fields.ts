import type { ByteCursor } from '../bytes/byte-cursor'
import { scanFields, type ScannedField } from './scan-fields'

/**
 * The fields of the object at the cursor, or of its payload where the converter put the Connect schema around it
 * (`schemas.enable=true`): then the schema's bytes are part of the form, which are the same for all records of a table.
 * `isBare` says of fields that look like the wrapper's that they are the object's own.
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
