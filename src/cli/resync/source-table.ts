import type { Client } from 'pg'
import { capturedTopic } from '../../change/captured-topic'
import type { SourceTable } from '../../sink/resync'

/** Rows of the table that are read at a time. */
const FETCH = 10_000

/** The table that a topic is captured from. */
export function sourceTable(
  client: Client,
  topic: string,
  keyColumns: readonly string[],
): SourceTable {
  const { schema, table } = capturedTopic(topic)
  const name = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`
  const columns = keyColumns
    .map((column) => `${client.escapeLiteral(column)}, ${client.escapeIdentifier(column)}`)
    .join(', ')
  return {
    async position() {
      const { rows } = await client.query<Readonly<Record<'lsn' | 'now' | 'database', string>>>(
        `SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::text AS lsn,
           (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS now,
           current_database() AS database`,
      )
      const { lsn = '0', now = '0', database = '' } = rows[0] ?? {}
      return { lsn: BigInt(lsn), committedAt: BigInt(now), database }
    },
    async *keys() {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      await client.query(
        `DECLARE resync NO SCROLL CURSOR FOR SELECT json_build_object(${columns})::text AS key FROM ${name}`,
      )
      for (;;) {
        const { rows } = await client.query<{ key: string }>(`FETCH ${FETCH} FROM resync`)
        if (rows.length === 0) break
        for (const { key } of rows) yield key
      }
      await client.query('COMMIT')
    },
  }
}
