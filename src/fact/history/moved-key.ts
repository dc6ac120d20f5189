import { toFactsError, FactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { KeyColumns } from '../value/key-text'
import { keyText } from '../value/key-text'
import type { AnyTable } from '../declare/lookup'

/** The other subject of a change of the primary key: the old key of a created row, or the new key of a deleted one. */
export interface Move {
  readonly from?: string
  readonly to?: string
}

/**
 * Debezium writes an update of the primary key as a delete and an insert, each with the key of the other in a
 * header, which Connect's default converter writes as JSON (Debezium documentation, "Primary key updates").
 */
const NEW_KEY = '__debezium.newkey'
const OLD_KEY = '__debezium.oldkey'

/** The other key of a change of the primary key; undefined for any other change. Throws KEY_INVALID. */
export function movedKey(
  table: AnyTable,
  operation: string,
  { headers }: LogRecord,
): Move | undefined {
  if (operation === 'delete') {
    const to = headers[NEW_KEY]
    return to === undefined ? undefined : { to: subjectOf(table, to) }
  }
  if (operation !== 'create') return undefined
  const from = headers[OLD_KEY]
  return from === undefined ? undefined : { from: subjectOf(table, from) }
}

function subjectOf(table: AnyTable, header: Buffer | string): string {
  try {
    return keyText(table.decodeOtherKey(Buffer.from(header)) as KeyColumns)
  } catch (cause) {
    throw new FactsError(
      'KEY_INVALID',
      `The header with the other key of a changed primary key cannot be read: ${toFactsError(cause).message}`,
      { cause },
    )
  }
}
