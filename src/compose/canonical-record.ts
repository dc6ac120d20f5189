import { tablesOf } from '../fact/declare/tables-of'
import type { Fact } from '../fact/declare/define-fact'
import type { LogRecord } from '../topology/record'

/** Fetches the schemas of captured records that name them, so that `canonicalRecord` can read them. */
export async function prepareRecords(
  facts: readonly Fact[],
  records: readonly LogRecord[],
  textOf: (id: number) => Promise<string | undefined>,
): Promise<void> {
  for (const table of tablesOf(facts).filter(({ needsSchemas }) => needsSchemas)) {
    const own = records.filter(({ topic }) => topic === table.topic)
    await table.prepare(own, textOf)
  }
}

/** Brings a captured record to the form that is shown, where the facts are of another format; as it is when it cannot be. */
export function canonicalRecord(facts: readonly Fact[]): (record: LogRecord) => LogRecord {
  const tables = new Map(tablesOf(facts).map((table) => [table.topic, table]))
  return (record) => {
    try {
      const made = tables.get(record.topic)?.canonical(record) ?? record
      if (made === record) return record
      const { topic, partition, offset, timestamp, headers } = record
      // Not a spread of the record: one of Kafka has its bytes in no field of its own.
      return { topic, partition, offset, timestamp, headers, key: made.key, value: made.value }
    } catch {
      return record
    }
  }
}
