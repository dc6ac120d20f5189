import type { SourcePosition } from '../../table/shape/source-position'
import type { LogRecord } from '../../topology/record'

/** Header that marks a record about a row that the fact's table does not have. */
const MARK = 'facts.absent'

/** A row that the state had as live, and that was not in the table when that was read afterwards. */
export interface AbsentRow {
  readonly subject: string
  /** The row's state before the table was read; see `liveState`. */
  readonly seen: Buffer
  /** Position of the database when the comparison began; the fact takes all but the LSN from it. */
  readonly position: SourcePosition
}

export function absentRecord(
  topic: string,
  partition: number,
  { subject, seen, position }: AbsentRow,
): LogRecord {
  const { lsn, committedAt, connector, database, schema, table } = position
  const value = JSON.stringify({
    seen: seen.toString('base64'),
    lsn: lsn.toString(),
    committedAt: committedAt.toString(),
    connector,
    database,
    schema,
    table,
  })
  return {
    topic,
    partition,
    offset: 0n,
    timestamp: committedAt / 1_000n,
    key: Buffer.from(subject),
    value: Buffer.from(value),
    headers: { [MARK]: '1' },
  }
}

/** Undefined for any other record. */
export function absentRow({ key, value, headers }: LogRecord): AbsentRow | undefined {
  if (headers[MARK] === undefined || key === null || value === null) return undefined
  const { seen, lsn, committedAt, ...names } = JSON.parse(value.toString()) as Readonly<
    Record<'seen' | 'lsn' | 'committedAt' | 'connector' | 'database' | 'schema' | 'table', string>
  >
  return {
    subject: key.toString(),
    seen: Buffer.from(seen, 'base64'),
    position: {
      ...names,
      lsn: BigInt(lsn),
      committedAt: BigInt(committedAt),
      transactionId: null,
      transactionOrder: null,
      snapshot: false,
    },
  }
}
