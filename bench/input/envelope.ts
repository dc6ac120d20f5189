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

/**
 * A value as Debezium 3.7.0.Final's PostgreSQL connector writes it with `provide.transaction.metadata` and JSON without
 * schemas: the fields and their order are those of captured records.
 */
export function envelope(options: EnvelopeOptions): string {
  const { op, table, before, after, lsn, transactionId, order, committedAt } = options
  const milliseconds = Math.floor(committedAt / 1_000)
  const captured = committedAt + CAPTURE_DELAY
  const place = `"total_order":${order},"data_collection_order":${order}`
  const source =
    `"version":"3.7.0.Final","connector":"postgresql","name":"monolith","ts_ms":${milliseconds},"snapshot":"false",` +
    `"db":"wildapp","sequence":"[\\"${lsn - 440}\\",\\"${lsn}\\"]","ts_us":${committedAt},"ts_ns":${committedAt}000,` +
    `"schema":"public","table":"${table}","txId":${transactionId},"lsn":${lsn},"xmin":null,"origin":null,"origin_lsn":null`
  return (
    `{"before":${before},"after":${after},"source":{${source}},"transaction":{"id":"${transactionId}:${lsn}",${place}},` +
    `"op":"${op}","ts_ms":${Math.floor(captured / 1_000)},"ts_us":${captured},"ts_ns":${captured}417}`
  )
}
