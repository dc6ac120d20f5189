import { FactsError } from '../errors'
import type { LogRecord } from '../topology/record'
import type { KeyValueStore } from '../topology/store'
import type { GlobalTable } from '../topology/topology'
import { ColumnHistory } from './column-history'
import type { KeyColumns } from './key-text'
import { keyText } from './key-text'
import type { AnyTable } from './lookup'

/** A row of a lookup table, and the position of the change that made it. */
export interface TableRow {
  readonly lsn: bigint
  readonly row: Readonly<Record<string, unknown>>
}

/**
 * The global table behind a lookup, named after its topic. A TRUNCATE arrives in one partition only, so it may overtake
 * or be overtaken by rows of the others; it locks the table exclusively, so whatever has a lower LSN was removed by it.
 */
export function globalTable(table: AnyTable): GlobalTable {
  let truncatedAt = -1n
  const history = new ColumnHistory(table.topic, table.columns)
  return {
    name: table.topic,
    topic: table.topic,
    apply: (record: LogRecord, rows: KeyValueStore<unknown>): void => {
      const store = rows as KeyValueStore<TableRow>
      const change = table.decode(record)
      if (change.operation === 'tombstone') return
      const { lsn } = change.position
      if (change.operation === 'truncate') {
        truncatedAt = lsn > truncatedAt ? lsn : truncatedAt
        for (const [key, row] of [...store.entries()]) if (row.lsn <= truncatedAt) store.delete(key)
        return
      }
      history.check(change)
      if (lsn <= truncatedAt) return
      const key = keyText(change.key as KeyColumns)
      if (change.operation === 'delete') store.delete(key)
      else
        store.set(key, {
          lsn,
          row: healed(change.after as TableRow['row'], change.unavailable, store.get(key)),
        })
    },
  }
}

/** A TOASTed value that an update left unchanged is what it was before. */
function healed(
  row: TableRow['row'],
  unavailable: readonly string[],
  before: TableRow | undefined,
): TableRow['row'] {
  if (unavailable.length === 0) return row
  if (before === undefined) {
    throw new FactsError(
      'VALUE_UNAVAILABLE',
      `The change lacks the unchanged value of ${unavailable.join(', ')}, and no earlier change of the row is on the topic.`,
    )
  }
  return {
    ...row,
    ...Object.fromEntries(unavailable.map((column) => [column, before.row[column]])),
  }
}
