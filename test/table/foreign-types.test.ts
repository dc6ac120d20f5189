import type { Column } from '../../src/table/shape/column'
import * as column from '../../src/table/columns'
import { Table } from '../../src/table/table'
import { TableShape } from '../../src/table/shape/table-shape'
import { envelopeText, objectText } from './envelope-text'
import { outcome } from './outcome'

/*
 * Types without a builder: PostgreSQL's polygon, those of PostGIS and of pgvector. What Debezium writes for them is reported
 * from what it writes for others, so that a wrong declaration gives a dead letter and never a wrong value.
 */
const BUILDERS: Readonly<Record<string, Column<unknown>>> = {
  bigint: column.bigint(),
  integer: column.integer(),
  smallint: column.smallint(),
  real: column.real(),
  double: column.double(),
  numeric: column.numeric(),
  money: column.money(),
  boolean: column.boolean(),
  bits: column.bits(8),
  varbit: column.varbit(),
  oid: column.oid(),
  text: column.text(),
  char: column.char(),
  citext: column.citext(),
  uuid: column.uuid(),
  enumeration: column.enumeration('a'),
  timestamptz: column.timestamptz(),
  timestamp: column.timestamp(),
  date: column.date(),
  time: column.time(),
  timetz: column.timetz(),
  interval: column.interval(),
  jsonb: column.jsonb(),
  hstore: column.hstore(),
  bytea: column.bytea(),
  inet: column.inet(),
  macaddr: column.macaddr(),
  range: column.range(),
  encodedText: column.encodedText(),
  point: column.point(),
  line: column.line(),
  lseg: column.lseg(),
  box: column.box(),
  path: column.path(),
  circle: column.circle(),
  textArray: column.textArray(),
  'array of text': column.array(column.text()),
  'array of integer': column.array(column.integer()),
  'array of numeric': column.array(column.numeric()),
  'array of jsonb': column.array(column.jsonb()),
}

/** Debezium's io.debezium.data.geometry.Geometry and Geography, SparseDoubleVector, DoubleVector and FloatVector, as JSON. */
const WRITTEN: Readonly<Record<string, string>> = {
  polygon:
    '{"wkb":"AQMAAAABAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADwPwAAAAAAAPA/AAAAAAAA8D8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","srid":null,"extensions":{"type":"polygon"}}',
  'a point of PostGIS': '{"wkb":"AQEAACDmEAAAAAAAAAAA8D8AAAAAAAAAQA==","srid":4326}',
  'a geometry without a reference system': '{"wkb":"AQEAAAAAAAAAAADwPwAAAAAAAABA","srid":null}',
  'a vector': '[0.5,-1.25,3.0e-7]',
  'a sparse vector': '{"dimensions":5,"vector":{"1":0.5,"3":1.25}}',
}

function read(definition: Column<unknown>, json: string): unknown {
  const shape = new TableShape('a.b.c', { id: column.bigint() }, { it: definition }, false)
  const table = new Table<object, { readonly it: unknown }>(shape)
  const value = Buffer.from(envelopeText({ op: 'c', after: objectText({ id: '1', it: json }) }))
  const event = outcome(() => table.decode({ key: Buffer.from('{"id":1}'), value }))
  const { after, code } = event as { readonly after?: { readonly it: unknown }; code?: string }
  return after === undefined ? code : after.it
}

describe.each(Object.entries(WRITTEN))('%s', (_, json) => {
  test.each(Object.entries(BUILDERS))('is refused as a value of %s', (_name, builder) => {
    expect(read(builder, json)).toBe('COLUMN_INVALID')
  })
})

test('a vector is what it is, as an array of numbers', () => {
  const json = WRITTEN['a vector'] ?? ''
  expect(read(column.array(column.double()), json)).toEqual([0.5, -1.25, 3e-7])
})
