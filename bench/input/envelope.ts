import { recordedChange } from './recorded-changes'
import { RecordedEnvelope } from './recorded-envelope'

/** The operations that carry a row, and the one that does not. */
export type Op = 'c' | 'r' | 'u' | 'd'

export interface EnvelopeOptions {
  readonly op: Op
  readonly table: string
  /** JSON text of the rows, `null` for none. */
  readonly before: string
  readonly after: string
  readonly lsn: number
  readonly transactionId: number
  /** Place in the transaction, from 1. */
  readonly order: number
  /** Microseconds since the epoch. */
  readonly committedAt: number
}

/** Time from commit to the connector's own stamp, microseconds. */
const CAPTURE_DELAY = 9_137

const templates = new Map<string, RecordedEnvelope>()

/** A value as the connector writes it: one that was recorded, with other rows and another position. */
export function envelope(options: EnvelopeOptions): string {
  const { op, table, before, after, lsn, transactionId, order, committedAt } = options
  let template = templates.get(table)
  if (template === undefined) {
    const { value } = recordedChange(table, '"op":"c"', '"snapshot":null')
    templates.set(table, (template = new RecordedEnvelope(value)))
  }
  const captured = committedAt + CAPTURE_DELAY
  return template.with({
    before: before,
    after: after,
    op: `"${op}"`,
    'source.ts_ms': String(Math.floor(committedAt / 1_000)),
    'source.ts_us': String(committedAt),
    'source.ts_ns': `${committedAt}000`,
    'source.sequence': `"[\\"${lsn - 440}\\",\\"${lsn}\\"]"`,
    'source.txId': String(transactionId),
    'source.lsn': String(lsn),
    'transaction.id': `"${transactionId}:${lsn}"`,
    'transaction.total_order': String(order),
    'transaction.data_collection_order': String(order),
    ts_ms: String(Math.floor(captured / 1_000)),
    ts_us: String(captured),
    ts_ns: `${captured}417`,
  })
}
