import type { ChangeEvent } from '../../src/table/shape/change-event'
import { decodeExactly } from '../../src/table/exact/exact-decoder'
import { type RecordBytes } from '../../src/table/exact/record-bytes'
import { decodeHeartbeat } from '../../src/table/exact/heartbeat'
import { decodeLogicalMessage } from '../../src/table/exact/logical-message'
import { defineTable, Table } from '../../src/table/table'
import * as column from '../../src/table/columns'
import type { TableShape } from '../../src/table/shape/table-shape'
import { decodeTransactionBlock } from '../../src/table/exact/transaction-block'
import { goldenRecords } from './golden-records'
import { outcome } from './outcome'
import * as tables from './tables'

type AnyEvent = ChangeEvent<Record<string, unknown>, Record<string, unknown>>

function decodeAll(name: string, definition: tables.Definition, fullIdentity = false): AnyEvent[] {
  const table = new Table(tables.shapeOf(definition, fullIdentity))
  return goldenRecords(name).map((record) => table.decode(record) as AnyEvent)
}

/** `source` of a record, as a reader that loses no digit of these fields has it. */
function sourceOf({ value }: RecordBytes): {
  readonly lsn: number
  readonly txId: number
  readonly ts_us: number
} {
  const { source } = JSON.parse(String(value)) as {
    readonly source: { readonly lsn: number; readonly txId: number; readonly ts_us: number }
  }
  return source
}

/** How many of a file's records need the exact decoder when their forms are known; all are compared with it. */
function exactOfSecondPass(name: string, shape: TableShape): number {
  const table = new Table(shape)
  const records = goldenRecords(name)
  for (const record of records) table.decode(record)
  const { exact } = table.counts
  for (const record of records) expect(table.decode(record)).toEqual(decodeExactly(shape, record))
  return table.counts.exact - exact
}

describe('the records that Debezium wrote', () => {
  test('give every column of a row its exact value', () => {
    const [snapshot] = decodeAll('probe.every_type', tables.everyType)
    const { lsn, txId, ts_us } = sourceOf(goldenRecords('probe.every_type')[0] as RecordBytes)
    expect(snapshot).toEqual({
      operation: 'read',
      key: { id: 9007199254740993n },
      before: null,
      after: {
        id: 9007199254740993n,
        n: '123456789012345678901234567890.123456789',
        n122: '12.30',
        b: true,
        t: 'snapshot snapshot snapshot ',
        v: 'v',
        u: '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111',
        ts: '2026-01-02T03:04:05.678901',
        tstz: '2026-01-02T01:04:05.678901Z',
        d: '2026-01-02',
        ti: '03:04:05.678901',
        iv: 'P1Y2M3DT4H5M6.789S',
        j: '{"a": 1,  "b":[1,2]}',
        jb: '{"a": 1, "b": [1, 2]}',
        ta: ['x', null, 'y,z'],
        by: Buffer.from('deadbeef', 'hex'),
        m: 'ok',
        i2: 32767,
        i4: 2147483647,
        f4: 1.5,
        f8: 0.1,
      },
      position: {
        connector: 'monolith',
        database: 'wildapp',
        schema: 'public',
        table: 'wildapp_probe_every_type',
        lsn: BigInt(lsn),
        transactionId: BigInt(txId),
        transactionOrder: null,
        committedAt: BigInt(ts_us),
        snapshot: true,
      },
      unavailable: [],
      unknownColumns: ['ia', 'ip', 'nul', 'titz', 'ts0', 'ts3'],
      missingColumns: [],
    })
  })

  test('name the unchanged TOASTed columns of an update instead of giving a placeholder', () => {
    const [, , update] = decodeAll('probe.every_type', tables.everyType)
    expect(update).toMatchObject({ operation: 'update', before: null, unavailable: ['t', 'jb'] })
    expect(update?.after).toMatchObject({ t: null, jb: null, i4: 7 })
  })

  test('never show the placeholder in any form that a column can have', () => {
    const [create, update, oldKey, , newKey] = decodeAll('edge.toasted', tables.edgeToasted)
    const toasted = ['t', 'tn', 'vc', 'jb', 'j', 'ta', 'tan', 'by', 'byn', 'h', 'x']
    expect(create?.unavailable).toEqual([])
    for (const change of [update, newKey]) {
      expect(change?.unavailable).toEqual(toasted)
      expect(Object.entries(change?.after ?? {}).filter(([, value]) => value === null)).toEqual(
        toasted.map((name) => [name, null]),
      )
    }
    expect(oldKey).toMatchObject({ operation: 'delete', before: { id: 1n } })
    expect(newKey).toMatchObject({ operation: 'create', key: { id: 2n }, after: { i4: 5 } })
  })

  test('give only the key of a deleted row, whose other columns Debezium makes up', () => {
    const events = decodeAll('wildapp_primary', tables.primary)
    const deletes = events.filter(({ operation }) => operation === 'delete')
    expect(deletes.length).toBeGreaterThan(0)
    for (const { key, before } of deletes) expect(before).toEqual(key)
  })

  test('give the whole old row under a declared REPLICA IDENTITY FULL', () => {
    const definition = { ...tables.edgeToasted, topic: 'monolith.edge.full_identity' }
    const [, update, deletion] = decodeAll('edge.full_identity', definition, true)
    expect(update?.before).toEqual({ ...update?.after, i4: 5 })
    expect(deletion?.before).toMatchObject({ id: 2n, i4: 6, by: expect.any(Buffer) as Buffer })
  })

  test('give the extremes of every type', () => {
    const rows = decodeAll('edge.vals', tables.edgeValues).map(({ after }) => after ?? {})
    const [read, created, least, old, five] = rows
    expect(read).toMatchObject({ i8: 9223372036854775807n, f4: NaN, f8: NaN, num: 'NaN' })
    expect(read).toMatchObject({ ts: 'infinity', ts3: 'infinity', tz: 'infinity', d: 'infinity' })
    expect({ ...created, id: 1n }).toEqual(read)
    expect(created).toMatchObject({
      t: 'tab\t nl\n quote" back\\ euro€ emoji😀 ctl\u0001 del\u007f u2028\u2028',
      v: 'ünïcödé',
      iv: 'P-1Y-2M3DT-4H-5M-6.789S',
      j: '{"a": 12345678901234567890, "b":  1.10}',
      by: Buffer.alloc(0),
      m: 'happy,ish',
      h: '{"a":"1","b":null}',
    })
    expect(least).toMatchObject({ i2: -32768, i4: -2147483648, i8: -9223372036854775808n })
    expect(least).toMatchObject({ f4: Infinity, f8: -Infinity, num: 'Infinity', num204: '-0.0001' })
    expect(least).toMatchObject({ ts: '-infinity', tz: '-infinity', d: '-infinity', c: '    ' })
    expect(old).toMatchObject({ f4: 1e-10, f8: 5e-324, num: '0.00000000000001', jb: 'null' })
    expect(old).toMatchObject({ ts: '-0043-03-15T12:00:00', d: '-0043-03-15', ti: '03:04:00.1' })
    expect(old).toMatchObject({ tz: '-0043-03-15T12:00:00.000000Z', ts0: '+12345-01-02T03:04:05' })
    expect(five).toMatchObject({ i8: 9007199254740993n, num: '-Infinity', d: '+12345-06-07' })
  })

  test('are refused where Debezium wrote a Java object for an inner array', () => {
    const definition = { ...tables.edgeValues, columns: { ta: column.textArray().nullable() } }
    const table = new Table(tables.shapeOf(definition))
    const record = goldenRecords('edge.vals')[3] as RecordBytes
    expect(outcome(() => table.decode(record))).toMatchObject({ code: 'COLUMN_INVALID' })
  })

  test('take the position of an incremental snapshot from the sequence, as the row has no LSN', () => {
    const [incremental] = decodeAll('incremental', tables.incremental)
    expect(incremental).toMatchObject({
      operation: 'read',
      position: { lsn: 43522464n, transactionId: null, transactionOrder: null, snapshot: true },
    })
  })

  test('carry a TRUNCATE without key or row', () => {
    const truncate = decodeAll('probe.composite', tables.composite).at(-1)
    const record = goldenRecords('probe.composite').at(-1) as RecordBytes
    expect(truncate).toMatchObject({ operation: 'truncate', key: null, before: null, after: null })
    expect(truncate?.position.lsn).toBe(BigInt(sourceOf(record).lsn))
  })

  test('give a change of the primary key as delete, tombstone and create at one LSN', () => {
    const table = defineTable(tables.composite)
    const events = goldenRecords('probe.composite').map((record) => table.decode(record))
    const [, , deletion, tombstone, creation] = events
    expect(deletion).toMatchObject({ operation: 'delete', key: { a: 1, b: 'x' } })
    expect(tombstone).toEqual({ operation: 'tombstone', key: { a: 1, b: 'x' } })
    expect(creation).toMatchObject({ operation: 'create', key: { a: 1, b: 'z' }, after: { v: 1 } })
    const positions = [deletion, creation].map((event) => (event as AnyEvent).position)
    expect(positions[1]?.lsn).toBe(positions[0]?.lsn)
    expect(positions.map(({ transactionOrder }) => transactionOrder)).toEqual([1n, 2n])
  })

  test('decode with the Connect schema around the payload', () => {
    const table = defineTable({
      topic: 'probe2.probe.every_type',
      key: { id: column.bigint() },
      columns: { t: column.text().nullable(), ta: column.textArray().nullable() },
    })
    const [record] = goldenRecords('every_type.defaults-with-schema')
    expect(table.decode(record as RecordBytes)).toMatchObject({
      operation: 'read',
      key: { id: 9007199254740993n },
      after: { id: 9007199254740993n, ta: ['x', null, 'y,z'] },
    })
  })

  test('name columns that the definition lacks with one array for all records of a form', () => {
    const events = decodeAll('edge.toasted', tables.edgeToasted)
    expect(events[1]?.unknownColumns).toContain('ia')
    expect(events[4]?.unknownColumns).toBe(events[1]?.unknownColumns)
  })

  test.each([
    // The last number: records that need the exact decoder every time, because they have no key (TRUNCATE).
    ['wildapp_primary', tables.primary, 1],
    ['wildapp_secondary', tables.secondary, 0],
    ['wildapp_tertiary', tables.tertiary, 0],
    ['edge.full_identity', tables.edgeToasted, 0],
    ['edge.index_identity', tables.indexIdentity, 0],
    ['edge.swap', tables.swap, 0],
    ['edge.Odd__n', tables.oddNames, 0],
    ['edge.partitioned', tables.partitioned, 0],
    ['incremental', tables.incremental, 0],
    ['edge.nulls', tables.edgeNulls, 0],
    // One more: a date of year 1, which would be uncertain in a snapshot.
    ['edge.vals', tables.edgeValues, 1],
    ['edge.toasted', tables.edgeToasted, 0],
    ['every_type.defaults-with-schema', tables.withSchema, 0],
    ['probe.composite', tables.composite, 1],
    ['probe.every_type', tables.everyType, 0],
  ])('of %s decode the same on the fast path as exactly', (name, definition, unusual) => {
    expect(exactOfSecondPass(name, tables.shapeOf(definition))).toBe(unusual)
  })

  test('decode the same on the fast path as exactly under a declared REPLICA IDENTITY FULL', () => {
    expect(exactOfSecondPass('edge.full_identity', tables.shapeOf(tables.edgeToasted, true))).toBe(
      0,
    )
  })
})

describe('the other topics of a connector', () => {
  test('carry the begin and the end of each transaction', () => {
    const blocks = goldenRecords('transaction').map(decodeTransactionBlock)
    const [begin, end] = blocks.slice(2)
    const { txId } = sourceOf(goldenRecords('probe.composite')[0] as RecordBytes)
    expect(begin).toEqual({ operation: 'begin', transactionId: BigInt(txId), at: begin?.at })
    expect(end).toEqual({
      operation: 'end',
      transactionId: BigInt(txId),
      at: begin?.at,
      eventCount: 3n,
      collections: [
        { collection: 'public.wildapp_probe_composite', eventCount: 2n },
        { collection: 'public.wildapp_probe_every_type', eventCount: 1n },
      ],
    })
    const begun = blocks.filter(({ operation }) => operation === 'begin')
    expect(begun).toHaveLength(blocks.length / 2)
  })

  test('carry logical messages, in a transaction and outside', () => {
    const records = goldenRecords('message')
    const [outside, inside] = records.map(decodeLogicalMessage)
    expect(outside).toMatchObject({ prefix: 'app2', content: Buffer.from('non-tx') })
    expect(outside?.position).toMatchObject({ transactionId: null, transactionOrder: null })
    expect(inside).toMatchObject({ prefix: 'app', content: Buffer.from('{"who":"probe"}') })
    const { txId } = sourceOf(records[1] as RecordBytes)
    expect(inside?.position).toMatchObject({ transactionId: BigInt(txId), transactionOrder: 1n })
  })

  test('carry heartbeats', () => {
    const records = goldenRecords('heartbeat')
    expect(records.map(decodeHeartbeat)).toEqual(
      records.map(({ value }) => {
        const { ts_ms } = JSON.parse(String(value)) as { readonly ts_ms: number }
        return { operation: 'heartbeat', connector: 'monolith', at: BigInt(ts_ms) * 1000n }
      }),
    )
  })
})
