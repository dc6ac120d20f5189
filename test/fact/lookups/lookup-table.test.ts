import { bigint, bytea, textArray } from '../../../src/table/columns'
import { defineTable } from '../../../src/table/table'
import { LookupTable } from '../../../src/fact/lookups/lookup-table'
import { debeziumRecord } from '../../../src/testing/debezium'
import type { LogRecord } from '../../../src/topology/record'
import {
  bad,
  beginTopic,
  customers,
  made,
  placed,
  PLACEHOLDER,
  SECOND,
  T,
  tombstone,
  TOPIC,
} from '../../support/customer-records'

beforeEach(beginTopic)

function table(records: readonly LogRecord[] = [], lastEpoch = 1): LookupTable {
  const lookup = new LookupTable(customers, lastEpoch)
  for (const record of records) lookup.apply(record)
  return lookup
}

const nameOf = (lookup: LookupTable, id = 1): unknown => lookup.rows.get(String(id))?.['name']

describe('a change that is delivered again', () => {
  const life = (): LogRecord[] => [
    made({ op: 'c', name: 'a', lsn: 10 }),
    made({ op: 'u', name: 'b', lsn: 20, order: 1 }),
    made({ op: 'u', name: 'c', lsn: 20, order: 2 }),
  ]

  test.each([1, 2, 3])('does not bring back an older row (the first %s)', (count) => {
    expect(nameOf(table([...life(), ...life().slice(0, count)]))).toBe('c')
  })

  test('does not bring back a row that was deleted', () => {
    const lookup = table([...life(), made({ op: 'd', lsn: 30 }), tombstone(), ...life()])
    expect(nameOf(lookup)).toBeUndefined()
    expect(lookup.size).toBe(0)
  })

  test('does not delete a row that was inserted again', () => {
    const gone = made({ op: 'd', lsn: 30 })
    const lookup = table([
      ...life(),
      gone,
      made({ op: 'c', name: 'd', lsn: 40 }),
      gone,
      tombstone(),
    ])
    expect(nameOf(lookup)).toBe('d')
  })

  test('of a snapshot that was overtaken does not bring back an older row', () => {
    const read = made({ op: 'r', name: 'a', lsn: 10 })
    // Under way during the snapshot.
    const lookup = table([read, made({ op: 'u', name: 'b', lsn: 5, at: T + 20n }), read])
    expect(nameOf(lookup)).toBe('b')
  })

  test('does not bring back what a TRUNCATE has removed, wherever it was read first', () => {
    const truncate = made({ op: 't', lsn: 30 })
    expect(table([...life(), truncate, ...life()]).size).toBe(0)
    expect(table([truncate, ...life()]).size).toBe(0)
    expect(nameOf(table([made({ op: 'c', name: 'new', lsn: 40 }), truncate]))).toBe('new')
  })
})

describe('a changed primary key', () => {
  const before = made({ op: 'c', id: 1, notes: 'long', lsn: 10 })
  const moved = (from: number, to: number, lsn: number): [LogRecord, LogRecord] => [
    made({ op: 'd', id: from, lsn, order: 1, movedTo: to }),
    made({ op: 'c', id: to, notes: PLACEHOLDER, lsn, order: 2, movedFrom: from }),
  ]

  test('keeps a TOASTed value that the change does not carry', () => {
    const [left, arrived] = moved(1, 2, 20)
    const rows = [before, left, arrived]
    const late = [arrived, before, left]
    for (const records of [rows, [before, arrived, left], late]) {
      const lookup = table(records)
      expect(lookup.rows.get('2')?.['notes']).toBe('long')
      expect(lookup.rows.get('1')).toBeUndefined()
      expect(lookup.fault).toBeUndefined()
    }
  })

  test('has the value that the old row had last, though it is read late', () => {
    const [left, arrived] = moved(1, 2, 30)
    const updated = made({ op: 'u', id: 2, name: 'b', notes: PLACEHOLDER, lsn: 40 })
    const changed = made({ op: 'u', id: 1, notes: 'longer', lsn: 20 })
    const lookup = table([before, arrived, updated, changed, left])
    expect(lookup.rows.get('2')).toEqual({ id: 2n, name: 'b', notes: 'longer' })
  })

  test('that was changed twice keeps it, too', () => {
    const [left, arrived] = moved(1, 2, 20)
    const [leftAgain, arrivedAgain] = moved(2, 3, 30)
    for (const records of [
      [before, left, arrived, leftAgain, arrivedAgain],
      [before, arrivedAgain, arrived, leftAgain, left],
      [arrivedAgain, arrived, leftAgain, before, left],
    ]) {
      const lookup = table(records)
      expect(lookup.rows.get('3')?.['notes']).toBe('long')
      expect(lookup.fault).toBeUndefined()
    }
  })

  test('whose old row is not on the topic is a row that cannot be read', () => {
    const [left, arrived] = moved(1, 2, 20)
    expect(table([left, arrived]).fault).toMatchObject({ code: 'VALUE_UNAVAILABLE' })
  })
})

describe('a row that cannot be read', () => {
  const first = made({ op: 'c', lsn: 10 })

  test.each([undefined, 20])('is a fault until a newer change supersedes it (LSN %s)', (lsn) => {
    expect(table([first, bad(lsn)]).fault).toMatchObject({
      coordinates: { topic: TOPIC, partition: 1 },
    })
    expect(table([first, bad(lsn), made({ op: 'u', lsn: 30 })]).fault).toBeUndefined()
  })

  test.each([undefined, 20])('stays one when an older change is redelivered (LSN %s)', (lsn) => {
    expect(table([first, bad(lsn), first]).fault).toBeDefined()
    expect(table([first, made({ op: 'd', lsn: 15 }), bad(lsn), first]).fault).toBeDefined()
  })

  test('is none when it was superseded before it came again', () => {
    expect(table([first, bad(20), made({ op: 'u', lsn: 30 }), bad(20)]).fault).toBeUndefined()
  })

  test.each([undefined, 20])('and was then deleted is no fault (LSN %s)', (lsn) => {
    const lookup = table([first, bad(lsn), made({ op: 'd', lsn: 30 }), tombstone()])
    expect([lookup.fault, lookup.size]).toEqual([undefined, 0])
  })

  test('and is the delete itself is no fault after its tombstone', () => {
    const lookup = table([first, bad(undefined), tombstone()])
    expect([lookup.fault, lookup.size]).toEqual([undefined, 0])
  })

  test.each([undefined, 20])('and was then truncated is no fault (LSN %s)', (lsn) => {
    const truncate = made({ op: 't', lsn: 30 })
    for (const id of [1, 3]) {
      const broken = bad(lsn, id)
      const before = { ...broken, timestamp: truncate.timestamp - 1n }
      const after = { ...truncate, offset: 1_000n }
      expect(table([before, after]).fault).toBeUndefined()
      expect(table([before, after]).size).toBe(0)
    }
    const early = { ...bad(lsn, 1), timestamp: truncate.timestamp - 1n }
    expect(table([truncate, early]).fault).toBeUndefined()
  })

  test('stays a fault at a TRUNCATE before it', () => {
    const truncate = made({ op: 't', lsn: 10 })
    const later = { ...bad(undefined, 1), timestamp: truncate.timestamp + 1n }
    expect(table([later, truncate]).fault).toBeDefined()
    expect(table([bad(20, 1), truncate]).fault).toBeDefined()
  })
})

describe('positions that begin again', () => {
  const old = made({ op: 'c', name: 'old', lsn: 1_000_000, at: T })
  const restored = made({ op: 'u', name: 'new', lsn: 60, at: T + 3_600n * SECOND })

  test('are a fault until another history is configured, regardless of what follows', () => {
    const lookup = table([old, restored])
    expect(lookup.fault).toMatchObject({ code: 'EPOCH_CHANGED' })
    lookup.apply(made({ op: 'u', lsn: 2_000_000, at: T + 3_700n * SECOND }))
    expect(lookup.fault).toMatchObject({ code: 'EPOCH_CHANGED' })
  })

  test('are accepted then, and redelivered changes of either history are not', () => {
    const next = made({ op: 'u', name: 'newer', lsn: 70, at: T + 3_601n * SECOND })
    const lookup = table([old, old, restored, next, restored], 2)
    expect([lookup.fault, nameOf(lookup)]).toEqual([undefined, 'newer'])
  })

  test('leave a row of the new history below a TRUNCATE of the old one, and remove one of the old', () => {
    const truncated = made({ op: 't', lsn: 1_000_000, at: T })
    expect(nameOf(table([truncated, restored], 2))).toBe('new')
    const again = made({ op: 't', lsn: 80, at: T + 3_602n * SECOND })
    expect(table([old, again], 2).size).toBe(0)
    expect(table([truncated, restored, again], 2).size).toBe(0)
  })

  test('are none when a clock was set back', () => {
    const ahead = made({ op: 'c', name: 'a', lsn: 100, at: T + SECOND })
    const lookup = table([ahead, made({ op: 'u', name: 'b', lsn: 200, at: T }), ahead])
    expect([lookup.fault, nameOf(lookup)]).toEqual([undefined, 'b'])
  })
})

test('a row that was looked up cannot be changed', () => {
  const things = defineTable({
    topic: TOPIC,
    key: { id: bigint() },
    columns: { tags: textArray(), bytes: bytea() },
  })
  const lookup = new LookupTable(things, 1)
  const after = { id: 1, tags: ['b', 'a'], bytes: Buffer.from('x').toString('base64') }
  const { key, value, timestamp, headers } = debeziumRecord({
    topic: TOPIC,
    op: 'c',
    key: { id: 1 },
    after,
    before: null,
    lsn: 10n,
    committedAt: T,
    transaction: { id: 1n, order: 1 },
  })
  lookup.apply(placed({ key, value, timestamp, headers }, 0))
  const row = lookup.rows.get('1') as { tags: string[]; bytes: Buffer; more?: number }
  expect(() => row.tags.sort()).toThrow(TypeError)
  expect(() => (row.more = 1)).toThrow(TypeError)
  row.bytes.fill(0)
  expect(lookup.rows.get('1')).toEqual({ id: 1n, tags: ['b', 'a'], bytes: Buffer.from('x') })
})
