import type { Column } from '../../src/table/shape/column'
import * as column from '../../src/table/columns'
import type { Columns } from '../../src/table/shape/table-shape'
import type { RealType } from './real-type'
import { TYPES } from './types'

/** A table, how it is declared, and its rows. */
export interface RealTable {
  readonly name: string
  readonly sql: string
  readonly key: Columns
  readonly columns: Columns
  readonly identity?: 'full'
  /** What is done to it after its capture was asked for, so that the connector's registration refuses it. */
  readonly spoiled?: string
  /** Names of its columns and how each is compared; see isValueOf. */
  readonly likes: Readonly<Record<string, string>>
  /** One INSERT for each, once before the snapshot and once after; `$id` is the row's number. */
  readonly rows: readonly RealRow[]
}

export interface RealRow {
  readonly sql: string
  readonly refused: 'never' | 'always' | 'snapshot'
}

const quoted = (name: string): string => `"${name}"`

/** A table with one column of the type. */
function ofType(it: RealType, place: number, identity: 'default' | 'full'): RealTable {
  const name = `wildapp_v_${place}_${identity}`
  const { type, column: declared, values, refused = [], refusedInSnapshot = [], like = type } = it
  const isNullable = identity === 'full'
  const insert = (value: string): string => `INSERT INTO ${name} VALUES ($id, ${value}, 0)`
  const rows = values.map((value, index): RealRow => {
    const snapshot = refusedInSnapshot.includes(index) ? 'snapshot' : 'never'
    return { sql: insert(value), refused: refused.includes(index) ? 'always' : snapshot }
  })
  return {
    name,
    sql:
      `CREATE TABLE ${name} (id bigint PRIMARY KEY, v ${type}${isNullable ? '' : ' NOT NULL'}, n int);` +
      (isNullable ? `ALTER TABLE ${name} REPLICA IDENTITY FULL;` : ''),
    key: { id: column.bigint() },
    columns: { v: isNullable ? declared.nullable() : declared },
    ...(isNullable ? { identity: 'full' as const } : {}),
    likes: { id: 'bigint', v: like },
    rows: isNullable ? [...rows, { sql: insert('NULL'), refused: 'never' }] : rows,
  }
}

/** A table by its key: columns with type, builder and a value in which `$id` is the row's number. */
function byKey(
  name: string,
  parts: Readonly<
    Record<string, readonly [type: string, declared: Column<unknown>, value: string]>
  >,
): RealTable {
  const table = `wildapp_k_${name}`
  const names = Object.keys(parts)
  const columns = names.map((key) => `${quoted(key)} ${parts[key]?.[0] ?? ''}`)
  const values = names.map((key) => parts[key]?.[2] ?? '')
  return {
    name: table,
    sql: `CREATE TABLE ${table} (${columns.join(', ')}, v text, n int, PRIMARY KEY (${names.map(quoted).join(', ')}));`,
    key: Object.fromEntries(names.map((key) => [key, parts[key]?.[1] as Column<unknown>])),
    columns: { v: column.text().nullable() },
    likes: { ...Object.fromEntries(names.map((key) => [key, parts[key]?.[0] ?? ''])), v: 'text' },
    rows: ['first', 'second'].map((text) => ({
      sql: `INSERT INTO ${table} VALUES (${values.join(', ')}, '${text}', 0)`,
      refused: 'never',
    })),
  }
}

const KEYS: readonly RealTable[] = [
  byKey('composite', {
    a: ['bigint', column.bigint(), '$id'],
    b: ['text', column.text(), "'x,%' || $id"],
  }),
  byKey('five', {
    a: ['integer', column.integer(), '$id'],
    b: ['boolean', column.boolean(), 'true'],
    c: ['date', column.date(), "'2026-01-02'"],
    d: ['uuid', column.uuid(), "'7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111'"],
    e: ['smallint', column.smallint(), '1'],
  }),
  byKey('text', { id: ['text', column.text(), "'é \" \\ ' || $id"] }),
  byKey('long', { id: ['text', column.text(), "repeat('k', 1200) || $id"] }),
  byKey('varchar', { id: ['varchar(40)', column.varchar(), "'k' || $id"] }),
  byKey('char', { id: ['char(9)', column.char(), "'k' || $id"] }),
  byKey('citext', { id: ['citext', column.citext(), "'K' || $id"] }),
  byKey('uuid', { id: ['uuid', column.uuid(), 'md5($id::text)::uuid'] }),
  byKey('numeric', { id: ['numeric(10,2)', column.numeric(10, 2), '$id'] }),
  byKey('plain_numeric', { id: ['numeric', column.numeric(), '$id + 0.10'] }),
  byKey('integer', { id: ['integer', column.integer(), '$id'] }),
  byKey('smallint', { id: ['smallint', column.smallint(), '$id'] }),
  byKey('real', { id: ['real', column.real(), '$id'] }),
  byKey('double', { id: ['double precision', column.double(), '$id + 0.5'] }),
  byKey('date', { id: ['date', column.date(), "'2026-01-01'::date + $id"] }),
  byKey('timestamptz', {
    id: [
      'timestamptz',
      column.timestamptz(),
      "'2026-01-01 00:00+00'::timestamptz + $id * interval '1 s'",
    ],
  }),
  byKey('timestamp', {
    id: ['timestamp', column.timestamp(), "'2026-01-01 00:00'::timestamp + $id * interval '1 s'"],
  }),
  byKey('time', { id: ['time', column.time(), "'00:00'::time + $id * interval '1 s'"] }),
  byKey('bytea', { id: ['bytea', column.bytea(), "convert_to($id::text, 'UTF8')"] }),
  byKey('inet', { id: ['inet', column.inet(), "'10.0.0.0'::inet + $id"] }),
  byKey('oid', { id: ['oid', column.oid(), '$id'] }),
  byKey('money', { id: ['money', column.money(), '$id::int::money'] }),
  byKey('range', { id: ['int4range', column.range(), 'int4range($id, $id + 1)'] }),
  byKey('schema_payload', {
    schema: ['text', column.text(), "'s' || $id"],
    payload: ['text', column.text(), '\'{"x":1}\''],
  }),
]

const LONG = 'generate_series(1, 1500) AS i'
const ids = { id: column.bigint() }

function large(name: string, type: string, declared: Column<unknown>, value: string): RealTable {
  const table = `wildapp_l_${name}`
  return {
    name: table,
    sql: `CREATE TABLE ${table} (id bigint PRIMARY KEY, v ${type}, n int); ALTER TABLE ${table} ALTER v SET STORAGE EXTERNAL;`,
    key: ids,
    columns: { v: declared.nullable() },
    likes: { id: 'bigint', v: type },
    rows: [
      {
        sql: `INSERT INTO ${table} VALUES ($id, (SELECT ${value} FROM ${LONG}), 0)`,
        refused: 'never',
      },
    ],
  }
}

/** Values that are stored out of line, and that the update leaves alone. */
const LARGE: readonly RealTable[] = [
  large('text', 'text', column.text(), "string_agg(md5(i::text), '')"),
  large('varchar', 'varchar', column.varchar(), "string_agg(md5(i::text), '')"),
  large('citext', 'citext', column.citext(), "string_agg(md5(i::text), '')::citext"),
  large('json', 'json', column.jsonb(), 'json_agg(md5(i::text))'),
  large('jsonb', 'jsonb', column.jsonb(), 'jsonb_agg(md5(i::text))'),
  large('xml', 'xml', column.xml(), "('<a>' || string_agg(md5(i::text), '') || '</a>')::xml"),
  large('bytea', 'bytea', column.bytea(), "convert_to(string_agg(md5(i::text), ''), 'UTF8')"),
  large('hstore', 'hstore', column.hstore(), 'hstore(array_agg(i::text), array_agg(md5(i::text)))'),
  large('texts', 'text[]', column.textArray(), 'array_agg(md5(i::text))'),
  large('integers', 'integer[]', column.array(column.integer()), 'array_agg(i::int)'),
  large('bigints', 'bigint[]', column.array(column.bigint()), 'array_agg(i::bigint)'),
  large('uuids', 'uuid[]', column.array(column.uuid()), 'array_agg(md5(i::text)::uuid)'),
  large(
    'byteas',
    'bytea[]',
    column.array(column.bytea()),
    "array_agg(convert_to(md5(i::text), 'UTF8'))",
  ),
  large('jsonbs', 'jsonb[]', column.array(column.jsonb()), 'array_agg(to_jsonb(md5(i::text)))'),
  large(
    'ltree',
    'tsvector',
    column.tsvector(),
    "to_tsvector('simple', string_agg(md5(i::text), ' '))",
  ),
]

/** A table with a text, however it is made. */
const structure = (name: string, sql: string, spoiled?: string): RealTable => ({
  name,
  sql,
  key: ids,
  columns: { v: column.text() },
  likes: { id: 'bigint', v: 'text' },
  rows: [{ sql: `INSERT INTO ${name} (id, v, n) VALUES ($id, 'v' || $id, 0)`, refused: 'never' }],
  ...(spoiled === undefined ? {} : { spoiled }),
})

const STRUCTURES: readonly RealTable[] = [
  structure(
    'wildapp_o_parted',
    `CREATE TABLE wildapp_o_parted (id bigint PRIMARY KEY, v text NOT NULL, n int) PARTITION BY RANGE (id);
     CREATE TABLE wildapp_o_parted_low PARTITION OF wildapp_o_parted FOR VALUES FROM (MINVALUE) TO (100);
     CREATE TABLE wildapp_o_parted_high PARTITION OF wildapp_o_parted FOR VALUES FROM (100) TO (MAXVALUE);`,
  ),
  structure(
    'wildapp_o_parted_twice',
    `CREATE TABLE wildapp_o_parted_twice (id bigint PRIMARY KEY, v text NOT NULL, n int) PARTITION BY HASH (id);
     CREATE TABLE wildapp_o_parted_twice_0 PARTITION OF wildapp_o_parted_twice FOR VALUES WITH (MODULUS 2, REMAINDER 0)
       PARTITION BY LIST (id);
     CREATE TABLE wildapp_o_parted_twice_00 PARTITION OF wildapp_o_parted_twice_0 DEFAULT;
     CREATE TABLE wildapp_o_parted_twice_1 PARTITION OF wildapp_o_parted_twice FOR VALUES WITH (MODULUS 2, REMAINDER 1);`,
  ),
  structure(
    'wildapp_o_key_index',
    `CREATE TABLE wildapp_o_key_index (id bigint PRIMARY KEY, v text NOT NULL, n int);
     ALTER TABLE wildapp_o_key_index REPLICA IDENTITY USING INDEX wildapp_o_key_index_pkey;`,
  ),
  structure(
    'wildapp_o_other_index',
    `CREATE TABLE wildapp_o_other_index (id bigint PRIMARY KEY, v text NOT NULL, n int,
       code uuid NOT NULL UNIQUE DEFAULT gen_random_uuid());`,
    'ALTER TABLE wildapp_o_other_index REPLICA IDENTITY USING INDEX wildapp_o_other_index_code_key',
  ),
  {
    name: 'wildapp_o_generated',
    sql: 'CREATE TABLE wildapp_o_generated (id bigint PRIMARY KEY, v int, n int, g int GENERATED ALWAYS AS (v * 2) STORED);',
    key: ids,
    columns: { v: column.integer() },
    likes: { id: 'bigint', v: 'integer' },
    rows: [{ sql: 'INSERT INTO wildapp_o_generated VALUES ($id, 21, 0)', refused: 'never' }],
  },
  {
    name: 'wildapp_o_names',
    sql: 'CREATE TABLE wildapp_o_names ("ID" bigint PRIMARY KEY, "constructor" text, "toString" text, key text, header text, "ö ä" text, "a.b" text, payload text, schema text, op text, n int);',
    key: { ID: column.bigint() },
    columns: Object.fromEntries(
      ['constructor', 'toString', 'key', 'header', 'ö ä', 'a.b', 'payload', 'schema', 'op'].map(
        (name) => [name, column.text().nullable()],
      ),
    ),
    likes: Object.fromEntries(
      [
        'ID',
        'constructor',
        'toString',
        'key',
        'header',
        'ö ä',
        'a.b',
        'payload',
        'schema',
        'op',
      ].map((name) => [name, 'text']),
    ),
    rows: [
      {
        sql: "INSERT INTO wildapp_o_names VALUES ($id, 'c', 't', 'k', 'h', 'u', 'd', 'p', 's', 'o', 0)",
        refused: 'never',
      },
    ],
  },
]

/** Every type as NOT NULL, and nullable under REPLICA IDENTITY FULL; forms of keys; large values; structures. */
export const TABLES: readonly RealTable[] = [
  ...TYPES.flatMap((it, place) => [ofType(it, place, 'default'), ofType(it, place, 'full')]),
  ...KEYS,
  ...LARGE,
  ...STRUCTURES,
]
