import type { OutputRecord } from '../topology/record'

type Columns = Readonly<Record<string, unknown>>

/**
 * A change as Debezium's PostgreSQL connector writes it with the shipped connector file; a test compares the form with
 * recorded records.
 */
export interface DebeziumChange {
  /** `prefix.schema.table` */
  readonly topic: string
  /** Default: named as the prefix. */
  readonly database?: string
  readonly op: 'c' | 'u' | 'd' | 'r' | 't'
  /** Null for a TRUNCATE. */
  readonly key: Columns | null
  /** Columns in Debezium's JSON form; a bigint becomes a JSON integer. */
  readonly after: Columns | null
  readonly before: Columns | null
  readonly lsn: bigint
  /** Null in a snapshot. */
  readonly transaction: { readonly id: bigint; readonly order: number } | null
  /** Microseconds since the epoch. */
  readonly committedAt: bigint
}

const VERSION = '3.7.0.Final'

/** The record of a change; the caller chooses the partition. */
export function debeziumRecord(change: DebeziumChange): Omit<OutputRecord, 'partition'> {
  const { topic, op, key, after, before, lsn, transaction, committedAt } = change
  const [name = '', schema = '', table = ''] = topic.split('.')
  const { database = name } = change
  const position = lsn.toString()
  const source = {
    version: VERSION,
    connector: 'postgresql',
    name,
    ts_ms: committedAt / 1_000n,
    snapshot: op === 'r' ? 'true' : null,
    db: database,
    sequence: op === 'r' ? `[null,"${position}"]` : `["${position}","${position}"]`,
    ts_us: committedAt,
    ts_ns: committedAt * 1_000n,
    schema,
    table,
    txId: transaction?.id ?? 0n,
    lsn,
    xmin: null,
    origin: null,
    origin_lsn: null,
  }
  const block =
    transaction === null
      ? null
      : {
          id: `${transaction.id.toString()}:${position}`,
          total_order: transaction.order,
          data_collection_order: transaction.order,
        }
  const envelope = {
    before,
    after,
    source,
    transaction: block,
    op,
    ts_ms: committedAt / 1_000n,
    ts_us: committedAt,
    ts_ns: committedAt * 1_000n,
  }
  return {
    topic,
    key: key === null ? null : Buffer.from(json(key)),
    value: Buffer.from(json(envelope)),
    timestamp: committedAt / 1_000n,
    headers: {},
  }
}

/** JSON with exact integers: the NUL marker cannot occur in PostgreSQL's text. */
function json(value: unknown): string {
  const marked = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? `\u0000${inner.toString()}` : inner,
  )
  return marked.replace(/"\\u0000(-?\d+)"/g, '$1')
}
