import fc from 'fast-check'
import { LookupTable } from '../../../src/fact/lookups/lookup-table'
import type { LogRecord } from '../../../src/topology/record'
import { beginTopic, customers, made, PLACEHOLDER, tombstone } from '../../support/customer-records'

function table(records: readonly LogRecord[] = [], lastEpoch = 1): LookupTable {
  const lookup = new LookupTable(customers, lastEpoch)
  for (const record of records) lookup.apply(record)
  return lookup
}

/** Lives of three rows: changes with growing positions, TRUNCATEs between them. */
const history = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 2 }),
      op: fc.constantFrom('write', 'write', 'write', 'delete', 'move', 'truncate', 'read'),
      isToasted: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((steps) => {
    const live = new Map<number, { name: string; notes: string }>()
    beginTopic()
    const records = steps.flatMap(({ id, op, isToasted }, index): LogRecord[] => {
      const lsn = 10 * (index + 1)
      const row = live.get(id)
      if (op === 'truncate') {
        live.clear()
        return [made({ op: 't', lsn })]
      }
      if (op === 'delete' && row !== undefined) {
        live.delete(id)
        return [made({ op: 'd', id, lsn }), tombstone(id)]
      }
      if (op === 'read' && row !== undefined) return [made({ op: 'r', id, lsn, ...row })]
      const to = (id + 1) % 3
      if (op === 'move' && row !== undefined && !live.has(to)) {
        live.delete(id)
        live.set(to, row)
        const notes = isToasted ? PLACEHOLDER : row.notes
        return [
          made({ op: 'd', id, lsn, order: 1, movedTo: to }),
          tombstone(id),
          made({ op: 'c', id: to, lsn, order: 2, name: row.name, notes, movedFrom: id }),
        ]
      }
      if (op !== 'write') return []
      const name = `name ${index}`
      const notes = isToasted && row !== undefined ? row.notes : `notes ${index}`
      live.set(id, { name, notes })
      const carried = isToasted && row !== undefined ? PLACEHOLDER : notes
      return [made({ op: row === undefined ? 'c' : 'u', id, lsn, name, notes: carried })]
    })
    return { records, live }
  })

const contentOf = (lookup: { rows: { get(key: string): unknown } }): unknown[] =>
  [0, 1, 2].map((id) => lookup.rows.get(String(id)))
const expected = (live: ReadonlyMap<number, { name: string; notes: string }>): unknown[] =>
  [0, 1, 2].map((id) => {
    const row = live.get(id)
    return row && { id: BigInt(id), ...row }
  })

/** The records of each partition in their order, the partitions as the choices say. */
function interleaved(records: readonly LogRecord[], choices: readonly number[]): LogRecord[] {
  const queues = [0, 1, 2].map((at) => records.filter(({ partition }) => partition === at))
  const all: LogRecord[] = []
  for (let turn = 0; all.length < records.length; turn += 1) {
    const next = queues[(choices[turn % choices.length] ?? 0) % 3]?.shift()
    all.push(
      ...(next === undefined
        ? (queues.find(({ length }) => length > 0) ?? []).splice(0, 1)
        : [next]),
    )
  }
  return all
}

const choices = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 40 })
/** Connect starts again: what it has written between two places comes a second time. */
const restarts = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 })

function redelivered(
  records: readonly LogRecord[],
  at: readonly (readonly [number, number])[],
): LogRecord[] {
  return records.flatMap((record, index) => [
    record,
    ...at.flatMap(([from, to]) =>
      to % records.length === index ? records.slice(from % (index + 1), index + 1) : [],
    ),
  ])
}

test('with any redelivery and any order of partitions, the table is the same', () => {
  fc.assert(
    fc.property(history, choices, restarts, ({ records, live }, order, again) => {
      const lookup = table(interleaved(redelivered(records, again), order))
      expect(lookup.fault).toBeUndefined()
      expect(contentOf(lookup)).toEqual(expected(live))
      expect(lookup.size).toBe(live.size)
    }),
    { numRuns: 500 },
  )
})

/** As it was: the last record that is read counts. */
class LastRecordWins {
  readonly rows = new Map<string, Readonly<Record<string, unknown>>>()
  apply(record: LogRecord): void {
    const change = customers.decode(record)
    if (change.operation === 'truncate') this.rows.clear()
    if (change.key === null || change.operation === 'tombstone') return
    const key = String(change.key.id)
    const { after, unavailable } = change
    const before = this.rows.get(key)
    if (after === null) this.rows.delete(key)
    else {
      const kept = unavailable.map((column) => [column, before?.[column]] as const)
      this.rows.set(key, { ...after, ...Object.fromEntries(kept) })
    }
  }
}

const rewritten = (record: LogRecord, from: RegExp, to: string): LogRecord => {
  const { value } = record
  return { ...record, value: value && Buffer.from(String(value).replace(from, to)) }
}
const good = (): LookupTable => new LookupTable(customers, 1)

test.each<[string, () => LookupTable | LastRecordWins, (record: LogRecord) => LogRecord]>([
  ['that takes what it reads last', () => new LastRecordWins(), (record) => record],
  ['that cannot link changed keys', good, (record) => ({ ...record, headers: {} })],
  [
    'that has no positions',
    good,
    (record) => rewritten(record, /("lsn":|"sequence":\["|ts_us":)\d+/g, '$11'),
  ],
])('a table %s is found out', (_what, open, plant) => {
  const run = fc.check(
    fc.property(history, choices, restarts, ({ records, live }, order, again) => {
      const lookup = open()
      for (const record of interleaved(redelivered(records, again), order)) {
        lookup.apply(plant(record))
      }
      const [found, right] = [contentOf(lookup), expected(live)]
      return JSON.stringify(found, asText) === JSON.stringify(right, asText)
    }),
    { numRuns: 500 },
  )
  expect(run.failed).toBe(true)
})

const asText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value
