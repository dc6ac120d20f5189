import type { z } from 'zod'
import { lsnOfSequence, type sourceSchema, type transactionSchema } from './envelope'
import type { SourcePosition } from '../shape/source-position'

const MICROSECONDS_PER_MILLISECOND = 1000n

/** The position in a checked `source` and `transaction`. */
export function exactPosition(
  source: z.output<typeof sourceSchema>,
  transaction: z.output<typeof transactionSchema> | null | undefined,
): SourcePosition {
  return {
    connector: source.name,
    database: source.db,
    schema: source.schema,
    table: source.table,
    lsn: source.lsn ?? lsnOfSequence(source.sequence) ?? 0n,
    transactionId: source.txId ?? null,
    transactionOrder: transaction?.total_order ?? null,
    committedAt: source.ts_us ?? (source.ts_ms ?? 0n) * MICROSECONDS_PER_MILLISECOND,
    snapshot: isSnapshot(source.snapshot),
  }
}

/** "false" or absent: a change. "true", "first", "last", "incremental" and others: read by a snapshot. */
function isSnapshot(snapshot: string | boolean | null | undefined): boolean {
  return snapshot !== undefined && snapshot !== null && snapshot !== 'false' && snapshot !== false
}
