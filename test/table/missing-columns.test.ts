import * as column from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import { envelopeText } from './envelope-text'
import { goldenRecords } from './golden-records'
import { outcome } from './outcome'

const topic = 'monolith.public.things'
const key = Buffer.from('{"id":1}')
const PLACEHOLDER = '__debezium_unavailable_value'

/** Columns that the table has now; its records may be older. */
const define = (replicaIdentity: 'default' | 'full' = 'default') =>
  defineTable({
    topic,
    key: { id: column.bigint() },
    columns: {
      name: column.text(),
      size: column.integer().nullable(),
      note: column.text().default('none'),
      title: column.text().nullable().renamedFrom('headline'),
    },
    replicaIdentity,
  })

const record = (parts: Parameters<typeof envelopeText>[0]) => ({
  key,
  value: Buffer.from(envelopeText(parts)),
})
const OLD = '{"id":1,"name":"a"}'
const NEW = '{"id":1,"name":"a","size":2,"note":"b","title":"c"}'

test('reads columns that a record lacks as null, or as their default says, and names them', () => {
  expect(define().decode(record({ after: OLD }))).toMatchObject({
    after: { id: 1n, name: 'a', size: null, note: 'none', title: null },
    missingColumns: ['size', 'note', 'title'],
  })
  expect(define().decode(record({ after: NEW }))).toMatchObject({ missingColumns: [] })
})

test('decodes old and new records in turn on the fast path, without mixing them up', () => {
  const table = define()
  for (const after of [OLD, NEW]) table.decode(record({ after }))
  for (let round = 0; round < 3; round += 1) {
    expect(table.decode(record({ after: OLD }))).toMatchObject({
      after: { size: null, note: 'none', title: null },
      missingColumns: ['size', 'note', 'title'],
    })
    expect(table.decode(record({ after: NEW }))).toMatchObject({
      after: { size: 2, note: 'b', title: 'c' },
      missingColumns: [],
    })
  }
  expect(table.counts).toEqual({ fast: 6, exact: 2 })
})

test('takes no unavailable value of another record for that of a column that is missing', () => {
  const table = define()
  const unavailable = `{"id":1,"name":"a","size":2,"note":"${PLACEHOLDER}","title":"c"}`
  for (const after of [OLD, unavailable, unavailable]) table.decode(record({ op: 'u', after }))
  expect(table.decode(record({ op: 'u', after: OLD }))).toMatchObject({
    after: { note: 'none' },
    unavailable: [],
  })
})

test('reads a column under the name that it had before', () => {
  const table = define('full')
  const before = '{"id":1,"name":"a","size":1,"note":"b","headline":"old"}'
  const after = '{"id":1,"name":"a","size":2,"note":"b","headline":"new"}'
  for (let pass = 0; pass < 2; pass += 1) {
    expect(table.decode(record({ op: 'u', before, after }))).toMatchObject({
      before: { title: 'old' },
      after: { title: 'new' },
      missingColumns: [],
      unknownColumns: [],
    })
  }
})

test('takes a column that has the former name of another for what it is: another', () => {
  const both = '{"id":1,"name":"a","size":2,"note":"b","headline":"other","title":"c"}'
  const table = define()
  for (let pass = 0; pass < 2; pass += 1) {
    expect(table.decode(record({ after: both }))).toMatchObject({
      after: { title: 'c' },
      unknownColumns: ['headline'],
    })
  }
})

test('shows the default for an unavailable value, and says that it is unavailable', () => {
  const after = `{"id":1,"name":"a","size":2,"note":"${PLACEHOLDER}","title":"c"}`
  expect(define().decode(record({ op: 'u', after }))).toMatchObject({
    after: { note: 'none' },
    unavailable: ['note'],
  })
})

test('gives a new enum label, a bigint and a json column a default of their own type', () => {
  const table = defineTable({
    topic,
    key: { id: column.bigint() },
    columns: {
      state: column.enumeration('new', 'done').default('new'),
      count: column.bigint().default(0n),
      tags: column.textArray().default([]),
    },
  })
  expect(table.decode(record({ after: '{"id":1}' }))).toMatchObject({
    after: { state: 'new', count: 0n, tags: [] },
  })
})

test.each([
  ['former name', { id: column.bigint().renamedFrom('number') }],
  ['default', { id: column.bigint().default(0n) }],
])('refuses a %s of a key column, which is in every record', (_what, keyColumns) => {
  expect(outcome(() => defineTable({ topic, key: keyColumns, columns: {} }))).toMatchObject({
    code: 'TOPOLOGY_INVALID',
    message: expect.stringContaining(
      'key column id is in every record under its own name',
    ) as string,
  })
})

test('refuses a former name that is the name of another column, since a record does not say which it means', () => {
  const columns = { a: column.text().renamedFrom('b'), b: column.text() }
  expect(
    outcome(() => defineTable({ topic, key: { id: column.bigint() }, columns })),
  ).toMatchObject({
    code: 'TOPOLOGY_INVALID',
    message: expect.stringContaining(
      'column a had the name b before, which another column has',
    ) as string,
  })
})

test('names what to do about a generated column, which streamed changes lack', () => {
  const [streamed] = goldenRecords('generated')
  const columns = { a: column.integer(), v: column.integer() }
  const table = defineTable({
    topic: 'monolith.public.wildapp_s_gen',
    key: { id: column.bigint() },
    columns,
  })
  expect(outcome(() => table.decode(streamed!))).toMatchObject({
    code: 'COLUMN_MISSING',
    message: expect.stringContaining('publish_generated_columns = stored') as string,
  })
})
