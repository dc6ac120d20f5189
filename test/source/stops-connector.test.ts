import type { PostgresType, PostgresTypes } from '../../src/source/postgres-type'
import { declaredNameOf } from '../../src/source/postgres-type'
import { stopsConnector } from '../../src/source/stops-connector'

const base = (name: string, over: Partial<PostgresType> = {}): PostgresType => ({
  id: name,
  schema: 'pg_catalog',
  name,
  kind: 'b',
  base: null,
  baseModifier: -1,
  element: null,
  written: name,
  isToastable: true,
  ...over,
})
const array = (element: string): PostgresType => base(`${element}[]`, { element })
const domain = (name: string, over: string, baseModifier = -1): PostgresType =>
  base(name, { schema: 'shop', kind: 'd', base: over, baseModifier })

const ELEMENTS = [
  'text',
  'varchar',
  'uuid',
  'bytea',
  'jsonb',
  'int4',
  'int8',
  'int2',
  'float4',
  'float8',
  'bool',
  'numeric',
  'timestamptz',
  'timestamp',
  'date',
  'time',
  'timetz',
  'inet',
  'bit',
  'oid',
  'varbit',
  'path',
]
const known: readonly PostgresType[] = [
  ...ELEMENTS.map((name) => base(name)),
  base('citext', { schema: 'extensions' }),
  base('ltree', { schema: 'extensions' }),
  base('geometry', { schema: 'gis' }),
  base('mood', { schema: 'shop', kind: 'e', isToastable: false }),
  base('pair', { schema: 'shop', kind: 'c' }),
  domain('label', 'text'),
  domain('labels', 'text[]'),
  domain('more_labels', 'labels'),
  domain('amounts', 'numeric[]'),
  domain('flags', 'bit', 8),
]
const elements = ['citext', 'ltree', 'mood', 'pair', 'label', ...ELEMENTS]
const types: PostgresTypes = new Map(
  [...known, ...elements.map(array)].map((type) => [type.id, type]),
)

/* As tried on PostgreSQL 18 with Debezium 3.7.0. */
test.each([
  ...['text', 'numeric', 'jsonb', 'citext', 'ltree', 'mood', 'pair', 'label'].map((t) => [
    t,
    'never',
  ]),
  ...['text[]', 'varchar[]', 'uuid[]', 'bytea[]', 'jsonb[]', 'int4[]', 'int8[]'].map((t) => [
    t,
    'never',
  ]),
  ...['varbit', 'path', 'labels', 'more_labels', 'geometry', 'bit'].map((t) => [t, 'toasted']),
  ...['int2[]', 'float4[]', 'float8[]', 'bool[]', 'oid[]'].map((t) => [t, 'toasted']),
  ...['timestamptz[]', 'timestamp[]', 'date[]', 'time[]', 'citext[]', 'inet[]'].map((t) => [
    t,
    'toasted',
  ]),
  ...['numeric[]', 'mood[]', 'pair[]', 'label[]', 'ltree[]', 'bit[]', 'timetz[]'].map((t) => [
    t,
    'values',
  ]),
  ...['amounts', 'not in the catalog'].map((t) => [t, 'values']),
])('%s stops the connector: %s', (type, stops) => {
  expect(stopsConnector(types, type, -1)).toBe(stops)
})

test('bits that fit into the row never do, also by a domain', () => {
  expect(stopsConnector(types, 'bit', 64)).toBe('never')
  expect(stopsConnector(types, 'flags', -1)).toBe('never')
  expect(stopsConnector(types, 'varbit', 4_000)).toBe('toasted')
})

test('a declaration names a domain by what it is made from', () => {
  const names = ['more_labels', 'label[]', 'mood[]', 'pair', 'date[]']
  expect(names.map((name) => declaredNameOf(types, name))).toEqual([
    'text[]',
    'text[]',
    'enum[]',
    'composite',
    'date[]',
  ])
})
