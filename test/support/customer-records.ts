import { bigint, text } from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import { debeziumRecord } from '../../src/testing/debezium'
import type { LogRecord } from '../../src/topology/record'

/*
 * Records of one looked-up table, as Debezium writes them, in the partitions of their keys.
 */
export const TOPIC = 'm.public.customer'
export const PLACEHOLDER = '__debezium_unavailable_value'
export const T = 1_767_323_045_000_000n
export const SECOND = 1_000_000n
export const customers = defineTable({
  topic: TOPIC,
  key: { id: bigint() },
  columns: { name: text(), notes: text().nullable() },
})

export interface Made {
  readonly op: 'c' | 'u' | 'd' | 'r' | 't'
  readonly id?: number
  readonly name?: string
  readonly notes?: string | null
  readonly lsn: number
  readonly at?: bigint
  readonly order?: number
  readonly movedTo?: number
  readonly movedFrom?: number
}

export const PARTITIONS = 3
const ends = new Map<number, bigint>()
/** The partitions are empty. */
export function beginTopic(): void {
  ends.clear()
}

export function placed(
  record: Pick<LogRecord, 'key' | 'value' | 'timestamp' | 'headers'>,
  at: number,
): LogRecord {
  const offset = ends.get(at) ?? 0n
  ends.set(at, offset + 1n)
  return { ...record, topic: TOPIC, partition: at, offset }
}

export function made({ op, id = 1, name = 'a', notes = null, lsn, ...more }: Made): LogRecord {
  const { at = T + BigInt(lsn), order = 1, movedTo, movedFrom } = more
  const record = debeziumRecord({
    topic: TOPIC,
    op,
    key: op === 't' ? null : { id },
    after: op === 'd' || op === 't' ? null : { id, name, notes },
    before: op === 'd' ? { id, name: '', notes: null } : null,
    lsn: BigInt(lsn),
    committedAt: at,
    transaction: op === 'r' ? null : { id: 1n, order },
  })
  const headers = {
    ...(movedTo === undefined ? {} : { '__debezium.newkey': JSON.stringify({ id: movedTo }) }),
    ...(movedFrom === undefined ? {} : { '__debezium.oldkey': JSON.stringify({ id: movedFrom }) }),
  }
  return placed({ ...record, headers }, op === 't' ? 0 : id % PARTITIONS)
}

export const tombstone = (id = 1): LogRecord =>
  placed(
    { key: Buffer.from(JSON.stringify({ id })), value: null, timestamp: 0n, headers: {} },
    id % PARTITIONS,
  )

/** A record that no definition reads; without a position when it is not even JSON. */
export function bad(lsn: number | undefined, id = 1): LogRecord {
  const record = made({ op: 'u', id, lsn: lsn ?? 0 })
  const text =
    lsn === undefined ? 'no json' : String(record.value).replace('"name":"a"', '"name":7')
  return { ...record, value: Buffer.from(text) }
}
