import * as column from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import { envelopeText, objectText } from './envelope-text'
import { outcome } from './outcome'

const topic = 'monolith.public.things'
const key = Buffer.from('{"id":1}')

function things(): ReturnType<typeof define> {
  return define()
}

function define() {
  return defineTable({
    topic,
    key: { id: column.bigint() },
    columns: { name: column.text(), size: column.integer().nullable() },
  })
}

function record(parts: Parameters<typeof envelopeText>[0]): { key: Buffer; value: Buffer } {
  return { key, value: Buffer.from(envelopeText(parts)) }
}

describe('a table', () => {
  test.each([
    ['without a schema', '{"schema":"s","payload":"{\\"x\\":1}"}'],
    [
      "in the converter's schema",
      '{"schema":{"type":"struct","fields":[]},"payload":{"schema":"s","payload":"{\\"x\\":1}"}}',
    ],
  ])('may have a key of columns named schema and payload, %s', (_, text) => {
    const table = defineTable({
      topic,
      key: { schema: column.text(), payload: column.text() },
      columns: { v: column.text() },
    })
    const row = { schema: '"s"', payload: '"{\\"x\\":1}"', v: '"w"' }
    for (const op of ['c', 'u']) {
      const value = Buffer.from(envelopeText({ op, after: objectText(row) }))
      expect(table.decode({ key: Buffer.from(text), value }).key).toEqual({
        schema: 's',
        payload: '{"x":1}',
      })
    }
  })

  test('decodes the second record of a form on the fast path', () => {
    const table = things()
    table.decode(record({ after: '{"id":1,"name":"a","size":2}' }))
    expect(table.counts).toEqual({ fast: 0, exact: 1 })
    const event = table.decode(record({ op: 'u', after: '{"id":2,"name":"b","size":null}' }))
    expect(table.counts).toEqual({ fast: 1, exact: 1 })
    expect(event).toMatchObject({ operation: 'update', after: { id: 2n, name: 'b', size: null } })
  })

  test('learns the form that records have after a column was added', () => {
    const table = things()
    table.decode(record({ after: '{"id":1,"name":"a","size":2}' }))
    const added = record({ after: '{"id":1,"name":"a","size":2,"colour":{"deep":["blue"]}}' })
    expect(table.decode(added).operation).toBe('create')
    expect(table.decode(added)).toMatchObject({ unknownColumns: ['colour'] })
    expect(table.counts).toEqual({ fast: 1, exact: 2 })
  })

  test('keeps the fast path for its usual records while odd ones come between', () => {
    const table = things()
    const usual = record({ after: '{"id":1,"name":"a","size":2}' })
    const odd = record({ after: '{"id":1,"name":"a","size":2.0}' })
    table.decode(usual)
    for (let round = 0; round < 100; round++) {
      expect(table.decode(odd)).toMatchObject({ after: { size: 2 } })
      table.decode(usual)
    }
    expect(table.counts).toEqual({ fast: 100, exact: 101 })
  })

  test('continues to learn however many forms its records have', () => {
    const table = things()
    for (let form = 0; form < 40; form++) {
      const after = `{"id":1,"name":"a","size":2,"extra_${form}":true}`
      table.decode(record({ after }))
      table.decode(record({ after }))
    }
    expect(table.counts).toEqual({ fast: 40, exact: 40 })
  })

  test('does not take another column of the same length for a declared one', () => {
    const table = things()
    table.decode(record({ after: '{"id":1,"name":"a","size":2}' }))
    expect(
      outcome(() => table.decode(record({ after: '{"id":1,"nome":"a","size":2}' }))),
    ).toMatchObject({ code: 'COLUMN_MISSING' })
  })

  test('does not take another transaction, snapshot or table for the one it learned', () => {
    const table = things()
    const after = '{"id":1,"name":"a","size":2}'
    table.decode(record({ after, transaction: '{ "id":"1:2","total_order":7}' }))
    const events = [
      record({ after, transaction: '{ "id":"1:2","total_order":7}' }),
      record({ after, transaction: 'null', source: { snapshot: '"first"' } }),
      record({ after, source: { schema: '"other"' } }),
      record({ after, source: { name: '"m\\u006fnolith"' } }),
    ].map((bytes) => table.decode(bytes))
    expect(events).toMatchObject([
      { position: { transactionOrder: 7n, snapshot: false } },
      { position: { transactionOrder: null, snapshot: true } },
      { position: { transactionOrder: 2n, schema: 'other' } },
      { position: { connector: 'monolith' } },
    ])
  })

  test('does not overlook what follows a record, nor a field that comes twice', () => {
    const table = things()
    const usual = record({ after: '{"id":1,"name":"a","size":2}' })
    table.decode(usual)
    const longer = { key, value: Buffer.concat([usual.value, Buffer.from('}')]) }
    expect(outcome(() => table.decode(longer))).toMatchObject({ code: 'JSON_INVALID' })
    for (const [name, size] of [
      ['a', 2],
      ['b', 3],
      ['c', 4],
    ] as const) {
      const after = `{"id":1,"name":"x","size":9,"name":"${name}","size":${size}}`
      expect(table.decode(record({ after }))).toMatchObject({ after: { name, size } })
    }
  })

  test('never gives the placeholder in a key or in an old row', () => {
    const table = defineTable({
      topic,
      key: { id: column.text() },
      columns: { name: column.text() },
      replicaIdentity: 'full',
    })
    const placeholder = '__debezium_unavailable_value'
    const after = '{"id":"a","name":"b"}'
    const first = {
      key: Buffer.from('{"id":"a"}'),
      value: record({ op: 'u', before: after, after }).value,
    }
    table.decode(first)
    const badKey = { ...first, key: Buffer.from(`{"id":"${placeholder}"}`) }
    expect(outcome(() => table.decode(badKey))).toMatchObject({ code: 'KEY_INVALID' })
    const before = `{"id":"a","name":"${placeholder}"}`
    const update = table.decode({ ...first, value: record({ op: 'u', before, after }).value })
    expect(update).toMatchObject({ after: { id: 'a', name: 'b' }, unavailable: [] })
    expect('before' in update && update.before).toEqual({ id: 'a' })
  })

  test('ignores a made-up old value, and takes an unavailable one from a declared full old row', () => {
    const options = { topic, key: { id: column.bigint() }, columns: { name: column.text() } }
    const update = record({
      op: 'u',
      before: '{"id":1,"name":"old"}',
      after: '{"id":1,"name":"__debezium_unavailable_value"}',
    })
    expect(defineTable(options).decode(update)).toMatchObject({
      before: { id: 1n },
      after: { name: null },
      unavailable: ['name'],
    })
    expect(defineTable({ ...options, replicaIdentity: 'full' }).decode(update)).toMatchObject({
      before: { id: 1n, name: 'old' },
      after: { name: 'old' },
      unavailable: [],
    })
  })

  test('refuses the placeholder in a column that PostgreSQL never stores out of line', () => {
    const table = defineTable({
      topic,
      key: { id: column.bigint() },
      columns: { amount: column.numeric(20, 4) },
    })
    const after = '{"id":1,"amount":"__debezium_unavailable_value"}'
    expect(outcome(() => table.decode(record({ after })))).toMatchObject({ code: 'COLUMN_INVALID' })
  })

  test('reads times in milliseconds from connectors that write no microseconds', () => {
    const after = '{"id":1,"name":"a","size":2}'
    const event = things().decode(record({ after, source: { ts_us: 'null' } }))
    expect(event).toMatchObject({ position: { committedAt: 1795260811382000n } })
  })

  test('knows the columns in the order of the row', () => {
    expect(things().columns).toEqual(['id', 'name', 'size'])
    const event = things().decode(record({ after: '{"size":2,"name":"a","id":1}' }))
    expect(Object.keys('after' in event && event.after !== null ? event.after : {})).toEqual([
      'id',
      'name',
      'size',
    ])
  })

  test('reads a text of many thousand characters, escapes and scripts', () => {
    const table = things()
    const long = 'Ünïcödé "quoted" \\ 東京 😀 plain text that is long enough. '.repeat(500)
    const after = objectText({ id: '1', name: JSON.stringify(long), size: '2' })
    const events = [1, 2].map(() => table.decode(record({ after })))
    expect(table.counts.fast).toBe(1)
    for (const event of events) expect(event).toMatchObject({ after: { name: long } })
  })

  test.each([
    [{ topic: '', key: { id: column.bigint() }, columns: {} }, 'it has no topic'],
    [{ topic, key: {}, columns: {} }, 'it has no key column'],
    [{ topic, key: { id: column.bigint() }, columns: { id: column.text() } }, 'column id is both'],
    [{ topic, key: { id: column.bigint() }, columns: { '7': column.text() } }, 'column 7 cannot'],
    ...[
      column.array(column.money()),
      column.array(column.interval()),
      column.array(column.point()),
      column.array(column.bits(3)),
      column.array(column.varbit()),
      column.array(column.xml()),
      column.array(column.array(column.integer())),
    ].map((prices): [Parameters<typeof defineTable>[0], string] => [
      { topic, key: { id: column.bigint() }, columns: { prices } },
      `column prices is ${prices.type.kind}, which Debezium does not write`,
    ]),
  ])('refuses a definition that contradicts itself', (options, message) => {
    expect(outcome(() => defineTable(options))).toMatchObject({
      code: 'TOPOLOGY_INVALID',
      message: expect.stringContaining(message) as string,
    })
  })
})
