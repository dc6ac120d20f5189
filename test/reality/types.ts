import type { Column } from '../../src/table/shape/column'
import * as column from '../../src/table/columns'

/** A type of PostgreSQL, how it is declared, and values of it as SQL. */
export interface RealType {
  readonly type: string
  readonly column: Column<unknown>
  readonly values: readonly string[]
  /** Of the values, by place: which are refused, always or only when a snapshot reads them. */
  readonly refused?: readonly number[]
  readonly refusedInSnapshot?: readonly number[]
  /** For the comparison, when it is not `type`. */
  readonly like?: string
}

/** Extensions and types that the tables below need. */
export const TYPES_SQL = `
  CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS hstore; CREATE EXTENSION IF NOT EXISTS ltree;
  CREATE TYPE reality_pair AS (a int, b text);
  CREATE TYPE reality_mood AS ENUM ('sad', 'ok', 'happy,ish');
  CREATE DOMAIN reality_text AS text; CREATE DOMAIN reality_int AS int;
  CREATE DOMAIN reality_amount AS numeric(10,2); CREATE DOMAIN reality_list AS text[];`

const mood = column.enumeration('sad', 'ok', 'happy,ish')
const array = column.array

export const TYPES: readonly RealType[] = [
  { type: 'smallint', column: column.smallint(), values: ['-32768', '32767', '0'] },
  { type: 'integer', column: column.integer(), values: ['-2147483648', '2147483647', '0'] },
  {
    type: 'bigint',
    column: column.bigint(),
    values: ['-9223372036854775808', '9223372036854775807', '9007199254740993'],
  },
  {
    type: 'real',
    column: column.real(),
    values: ["'NaN'", "'-Infinity'", '0.1', '123456789', '3.4e38', '1e-40', "'-0'"],
  },
  {
    type: 'double precision',
    column: column.double(),
    values: ["'NaN'", "'Infinity'", '0.1', '5e-324', '1.797e308', '1e21'],
  },
  {
    type: 'numeric',
    column: column.numeric(),
    values: ["'NaN'", "'Infinity'", "'-Infinity'", '1e40', '1.500', '-0.00000000000000000001'],
  },
  {
    type: 'numeric(20,4)',
    column: column.numeric(20, 4),
    values: ['-12.3', '9999999999999999.9999'],
  },
  { type: 'numeric(5,-2)', column: column.numeric(5, -2), values: ['12345', '-100', '0'] },
  { type: 'money', column: column.money(), values: ["'-12.5'", "'92233720368547758.07'", "'0'"] },
  { type: 'boolean', column: column.boolean(), values: ['true', 'false'] },
  { type: 'bit(1)', column: column.boolean(), values: ["B'1'", "B'0'"] },
  { type: 'bit(3)', column: column.bits(3), values: ["B'101'", "B'000'", "B'100'"] },
  { type: 'bit(11)', column: column.bits(11), values: ["B'00000000101'", "B'10000000000'"] },
  {
    type: 'bit(64)',
    column: column.bits(64),
    values: ['(-1)::bigint::bit(64)', '1::bigint::bit(64)'],
  },
  { type: 'varbit', column: column.varbit(), values: ["B'101'", "B''"], refused: [0, 1] },
  { type: 'oid', column: column.oid(), values: ['4294967295', '0'] },
  {
    type: 'text',
    column: column.text(),
    values: ["''", "'null'", 'E\'tab\\t nl\\n "q" \\\\ € 😀\'', "repeat('é', 5000)"],
  },
  { type: 'varchar(9)', column: column.varchar(), values: ["'abc  '", "''"] },
  { type: 'char(5)', column: column.char(), values: ["'ab'", "'abcde'"] },
  { type: '"char"', column: column.text(), values: ["'x'", "''"] },
  { type: 'name', column: column.text(), values: ["'a name'"] },
  { type: 'citext', column: column.citext(), values: ["'Abc'", "''"] },
  { type: 'uuid', column: column.uuid(), values: ["'7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111'"] },
  { type: 'reality_mood', column: mood, values: ["'sad'", "'happy,ish'"] },
  {
    type: 'timestamptz',
    column: column.timestamptz(),
    values: [
      ...["'2026-01-02 03:04:05.1+02'", "'infinity'", "'-infinity'", "'0001-06-01 00:00:00+00 BC'"],
      ...[
        "'1582-10-10 00:00:00+00'",
        "'4714-11-24 00:00:00+00 BC'",
        "'294276-12-31 23:59:59.999999+00'",
      ],
    ],
  },
  {
    type: 'timestamptz(3)',
    column: column.timestamptz(3),
    values: ["'2026-01-02 03:04:05.12+00'"],
  },
  { type: 'timestamptz(0)', column: column.timestamptz(0), values: ["'2026-01-02 03:04:05+00'"] },
  {
    type: 'timestamp',
    column: column.timestamp(),
    values: [
      ...["'2026-01-02 03:04:05.1234'", "'infinity'", "'-infinity'", "'0044-03-15 12:00:00 BC'"],
      ...["'1582-10-10 00:00:00'", "'4714-11-24 00:00:00 BC'", "'294276-12-31 23:59:59.999999'"],
    ],
  },
  { type: 'timestamp(3)', column: column.timestamp(), values: ["'2026-01-02 03:04:05.120'"] },
  {
    type: 'date',
    column: column.date(),
    values: [
      ...["'2026-01-02'", "'infinity'", "'-infinity'", "'9999-12-31'", "'5874897-12-31'"],
      ...["'1582-10-25'", "'1582-10-10'", "'0044-03-15 BC'", "'4714-11-24 BC'", "'0001-01-01'"],
    ],
    refusedInSnapshot: [6, 7, 8, 9],
  },
  { type: 'time', column: column.time(), values: ["'03:04:05.1'", "'00:00'", "'23:59:59.999999'"] },
  {
    type: 'interval',
    column: column.interval(),
    values: [
      ...["'1 mon -1 day'", "'14 mons 3 days 25:01:01.5'", "'-0.5 s'", "'infinity'", "'0'"],
      ...["'14.454866 s'", "'-40.133540 s'"],
    ],
    refused: [3, 4],
  },
  { type: 'json', column: column.jsonb(), values: ['\'{"a": 1e400,  "b": "ü"}\'', "'null'"] },
  { type: 'jsonb', column: column.jsonb(), values: ['\'{"a": 12345678901234567890.10}\'', "'[]'"] },
  { type: 'bytea', column: column.bytea(), values: ["'\\x00ff'", "''"] },
  { type: 'xml', column: column.xml(), values: ['\'<a b="1">x</a>\''] },
  { type: 'ltree', column: column.ltree(), values: ["'a.b.c'", "''"] },
  { type: 'tsvector', column: column.tsvector(), values: ["'a b:3'"] },
  { type: 'inet', column: column.inet(), values: ["'10.0.0.1'", "'10.0.0.1/24'", "'::1'"] },
  { type: 'cidr', column: column.cidr(), values: ["'10.0.0.0/8'", "'2001:db8::/32'"] },
  { type: 'macaddr', column: column.macaddr(), values: ["'08:00:2b:01:02:03'"] },
  { type: 'macaddr8', column: column.macaddr(), values: ["'08:00:2b:01:02:03:04:05'"] },
  { type: 'int4range', column: column.range(), values: ["'[1,5)'", "'empty'", "'(,)'"] },
  { type: 'int8range', column: column.range(), values: ["'[1,5]'"] },
  { type: 'numrange', column: column.range(), values: ["'[1.5,2.50]'"] },
  { type: 'daterange', column: column.range(), values: ["'[2026-01-01,2026-02-01)'"] },
  { type: 'tsrange', column: column.range(), values: ["'[2026-01-01 00:00,)'"] },
  { type: 'tstzrange', column: column.range(), values: ["'[2026-01-01 00:00+00,)'"] },
  { type: 'int4multirange', column: column.encodedText(), values: ["'{[1,5),[7,9)}'", "'{}'"] },
  { type: 'datemultirange', column: column.encodedText(), values: ["'{[2026-01-01,2026-02-01)}'"] },
  { type: 'tsquery', column: column.encodedText(), values: ["'a & b'"] },
  { type: 'jsonpath', column: column.encodedText(), values: ["'$.a'"] },
  { type: 'pg_lsn', column: column.encodedText(), values: ["'16/B374D848'"] },
  { type: 'xid8', column: column.encodedText(), values: ["'42'"] },
  { type: 'regclass', column: column.encodedText(), values: ["'pg_class'"] },
  {
    type: 'reality_pair',
    column: column.encodedText(),
    values: ["ROW(1, 'x,\"y')", 'ROW(NULL, NULL)'],
  },
  { type: 'point', column: column.point(), values: ["'(1.5,-2)'", "'(NaN,Infinity)'"] },
  { type: 'line', column: column.line(), values: ["'{1,2,3}'"] },
  { type: 'lseg', column: column.lseg(), values: ["'[(0,0),(1,1)]'"] },
  { type: 'box', column: column.box(), values: ["'(1,1),(0,0)'", "'(-1,2),(3,-4)'"] },
  { type: 'path', column: column.path(), values: ["'[(0,0),(1,1)]'", "'((0,0),(1,1),(2,0))'"] },
  // Whether its last point repeats the first is lost, so none is taken for another.
  {
    type: 'polygon',
    column: column.encodedText(),
    values: ["'((0,0),(1,1),(1,0))'", "'((0,0),(1,1),(1,0),(0,0))'"],
    refused: [0, 1],
  },
  { type: 'circle', column: column.circle(), values: ["'<(0,0),2>'"] },
  { type: 'reality_text', column: column.text(), values: ["'abc'"] },
  { type: 'reality_int', column: column.integer(), values: ['7'] },
  { type: 'reality_amount', column: column.numeric(10, 2), values: ['12.3'] },
  { type: 'reality_list', column: column.textArray(), values: ["'{a,b}'"], like: 'text[]' },
  {
    type: 'text[]',
    column: column.textArray(),
    values: ['\'{a,NULL,"","b,\\"c"}\'', "'{}'", "'{{a},{b}}'", "'{{{a}}}'", "'{NULL}'"],
    refused: [2, 3],
  },
  { type: 'varchar(9)[]', column: array(column.varchar()), values: ["'{ab,NULL}'"] },
  { type: 'char(5)[]', column: array(column.char()), values: ["'{ab,NULL}'"] },
  {
    type: 'smallint[]',
    column: array(column.smallint()),
    values: ["'{1,NULL,-32768}'", "'{}'", "'{{1,2},{3,4}}'"],
    refused: [2],
  },
  {
    type: 'integer[]',
    column: array(column.integer()),
    values: ["'{1,NULL}'", "'{}'", "'{{1,2},{3,4}}'", "'{NULL}'", "'{{{1}}}'"],
    refused: [2, 3, 4],
  },
  { type: 'bigint[]', column: array(column.bigint()), values: ["'{9223372036854775807,NULL}'"] },
  { type: 'oid[]', column: array(column.oid()), values: ["'{1,4294967295}'"] },
  { type: 'real[]', column: array(column.real()), values: ["'{1.5,NULL,0.1,NaN,-Infinity}'"] },
  { type: 'double precision[]', column: array(column.double()), values: ["'{1.5,NULL,NaN}'"] },
  {
    type: 'boolean[]',
    column: array(column.boolean()),
    values: ["'{t,f,NULL}'", "'{{t},{f}}'"],
    refused: [1],
  },
  { type: 'numeric[]', column: array(column.numeric()), values: ["'{1.50,NULL,-0.0001}'", "'{}'"] },
  { type: 'numeric(10,2)[]', column: array(column.numeric(10, 2)), values: ["'{1.5,NULL}'"] },
  {
    type: 'uuid[]',
    column: array(column.uuid()),
    values: [
      "'{7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111,NULL}'",
      "'{{7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111}}'",
    ],
    refused: [1],
  },
  {
    type: 'bytea[]',
    column: array(column.bytea()),
    values: ["ARRAY['\\x00ff'::bytea, NULL]", "ARRAY[['\\x00ff'::bytea]]"],
    refused: [1],
  },
  {
    type: 'jsonb[]',
    column: array(column.jsonb()),
    values: ["ARRAY['{\"a\": 1}'::jsonb, NULL, 'null'::jsonb]", "ARRAY[['1'::jsonb]]"],
    refused: [1],
  },
  {
    type: 'date[]',
    column: array(column.date()),
    values: [
      "'{2026-01-02,NULL}'",
      "'{infinity,-infinity}'",
      "'{0044-03-15 BC}'",
      "'{{2026-01-02}}'",
    ],
    refused: [2, 3],
  },
  { type: 'time[]', column: array(column.time()), values: ["'{03:04:05.1,NULL}'"] },
  {
    type: 'timestamp[]',
    column: array(column.timestamp()),
    values: [
      "'{2026-01-02 03:04:05.1,NULL}'",
      "'{infinity,-infinity}'",
      "'{0044-03-15 00:00:00 BC}'",
    ],
  },
  {
    type: 'timestamptz[]',
    column: array(column.timestamptz()),
    values: [
      "'{2026-01-02 03:04:05.1+00,NULL}'",
      "'{infinity,-infinity}'",
      "'{0044-03-15 00:00:00+00 BC}'",
    ],
    refused: [2],
  },
  {
    type: 'citext[]',
    column: array(column.citext()),
    values: ["'{Abc,NULL}'", "'{{a}}'"],
    refused: [1],
  },
  {
    type: 'inet[]',
    column: array(column.inet()),
    values: ["'{10.0.0.1,NULL}'", "'{{10.0.0.1}}'"],
    refused: [1],
  },
  {
    type: 'reality_mood[]',
    column: array(mood),
    values: ["'{ok,sad}'", "'{{ok},{sad}}'"],
    refused: [1],
  },
  { type: 'reality_text[]', column: array(column.encodedText()), values: ["'{a,b}'"] },
  { type: 'reality_int[]', column: array(column.encodedText()), values: ["'{1,2}'"] },
  {
    type: 'reality_pair[]',
    column: array(column.encodedText()),
    values: ["ARRAY[ROW(1,'x')::reality_pair]"],
  },
  { type: 'int4range[]', column: array(column.range()), values: ["ARRAY['[1,5)'::int4range]"] },
  { type: 'ltree[]', column: array(column.ltree()), values: ["ARRAY['a.b'::ltree]"] },
  { type: 'tsvector[]', column: array(column.tsvector()), values: ["ARRAY['a'::tsvector]"] },
]
