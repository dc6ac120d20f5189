import { debeziumRecord } from '../../src/testing/debezium'
import { parseJsonBytes, type JsonObject } from '../../src/protobuf/json/json'
import { goldenRecords } from '../table/golden-records'
import { keyOnlyRow } from '../support/debezium-record'

const changes = ['wildapp_primary', 'wildapp_secondary', 'wildapp_event', 'edge.swap'].flatMap(
  (name) =>
    goldenRecords(name).flatMap(({ value }) =>
      value === null ? [] : [parseJsonBytes(value) as JsonObject],
    ),
)

interface Source {
  readonly name: string
  readonly schema: string
  readonly table: string
  readonly db: string
  readonly lsn: number
  readonly txId: number
  readonly ts_us: number
}

/** The same change, made. */
function made(envelope: JsonObject): JsonObject {
  const source = envelope['source'] as JsonObject & Source
  const transaction = envelope['transaction'] as JsonObject | null
  const { value } = debeziumRecord({
    topic: `${source.name}.${source.schema}.${source.table}`,
    database: source.db,
    op: envelope['op'] as 'c',
    key: {},
    after: envelope['after'] as JsonObject | null,
    before: envelope['before'] as JsonObject | null,
    lsn: BigInt(source.lsn),
    transaction: transaction && {
      id: BigInt(source.txId),
      order: Number(transaction['total_order']),
    },
    committedAt: BigInt(source.ts_us),
  })
  return parseJsonBytes(value ?? Buffer.alloc(0)) as JsonObject
}

/** The form: every field in its place, text and numbers without what differs from record to record. */
function formOf(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\d+/g, '0')
  if (typeof value === 'number' || typeof value === 'bigint') return 0
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(formOf)
  return Object.entries(value).map(([name, inner]) => [
    name,
    name === 'snapshot' && inner !== null ? 'of a snapshot' : formOf(inner),
  ])
}

test.each(['c', 'u', 'd', 'r', 't'])('a made change (%s) has the form of recorded ones', (op) => {
  const recorded = changes.filter((envelope) => envelope['op'] === op)
  expect(recorded.length).toBeGreaterThan(0)
  for (const envelope of recorded) {
    // PostgreSQL's LSN of the transaction's start is not made.
    const text = JSON.stringify(formOf(envelope)).replaceAll('[null,', '["0",')
    expect(JSON.stringify(formOf(made(envelope))).replaceAll('[null,', '["0",')).toBe(text)
  }
})

test('a made old row of a deleted one has what a recorded one has', () => {
  const deletion = changes.find(
    (envelope) => envelope['op'] === 'd' && (envelope['before'] as JsonObject)['id'] === 5,
  )
  expect(deletion?.['before']).toEqual(keyOnlyRow(5))
})
