import { tablesOf } from '../fact/compile/compile'
import type { Fact } from '../fact/declare/define-fact'
import type { LogRecord } from '../topology/record'

/** Brings a captured record to the form that is shown, where the facts are of another format; as it is when it cannot be. */
export function canonicalRecord(facts: readonly Fact[]): (record: LogRecord) => LogRecord {
  const tables = new Map(tablesOf(facts).map((table) => [table.topic, table]))
  return (record) => {
    try {
      return { ...record, ...tables.get(record.topic)?.canonical(record) }
    } catch {
      return record
    }
  }
}
