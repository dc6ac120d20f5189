import type { Column } from '../../src/table/shape/column'
import * as column from '../../src/table/columns'

/** A builder as a reader of the page sees it. */
export interface DescribedBuilder {
  /** How it is called. */
  readonly call: string
  readonly column: Column<unknown>
  /** What Debezium 3.7 writes under the settings of connectors/monolith.json. */
  readonly debezium: string
  /** What a row has, and so a fact's `map`. */
  readonly value: string
  readonly limits?: string
}

/** Every builder of src/table/columns.ts: a test compares. */
export const BUILDERS: readonly DescribedBuilder[] = [
  { call: 'bigint()', column: column.bigint(), debezium: 'number', value: 'bigint' },
  { call: 'integer()', column: column.integer(), debezium: 'number', value: 'number' },
  { call: 'smallint()', column: column.smallint(), debezium: 'number', value: 'number' },
  { call: 'oid()', column: column.oid(), debezium: 'number', value: 'number' },
  {
    call: 'real()',
    column: column.real(),
    debezium: 'number, `"NaN"`, `"Infinity"`',
    value: 'number',
  },
  {
    call: 'double()',
    column: column.double(),
    debezium: 'number, `"NaN"`, `"Infinity"`',
    value: 'number',
  },
  {
    call: 'numeric(precision, scale)',
    column: column.numeric(10, 2),
    debezium: 'decimal text, `"NAN"`, `"POSITIVE_INFINITY"`',
    value: 'decimal text with its scale, `"NaN"`, `"Infinity"`',
    limits:
      'Without a precision it may be TOASTed, so its type allows null. Lookups compare values of any scale of the referring column; the key needs one.',
  },
  { call: 'money()', column: column.money(), debezium: 'decimal text', value: 'decimal text' },
  {
    call: 'boolean()',
    column: column.boolean(),
    debezium: '`true`, `false`',
    value: 'boolean',
    limits: 'Of bit types, bit(1) only.',
  },
  {
    call: 'bits(n)',
    column: column.bits(8),
    debezium: 'base64, the last bits first, without zero bytes at the end',
    value: 'n characters 0 and 1',
  },
  {
    call: 'varbit()',
    column: column.varbit(),
    debezium: 'base64 as for bit(n): the length is lost',
    value: 'refused',
    limits:
      '101 and 00000101 arrive alike. Exclude the column, or generate a text or bit(n) from it.',
  },
  { call: 'text()', column: column.text(), debezium: 'text', value: 'string' },
  {
    call: 'varchar()',
    column: column.varchar(),
    debezium: 'text',
    value: 'string',
    limits: 'The same as `text()`.',
  },
  {
    call: 'char(n)',
    column: column.char(5),
    debezium: 'text',
    value: 'string with the spaces that fill it up',
    limits: 'v::text in PostgreSQL leaves them out. Lookups compare without them.',
  },
  {
    call: 'citext()',
    column: column.citext(),
    debezium: 'text',
    value: 'string as stored',
    limits: 'No lookup by it: whether case counts is up to the database.',
  },
  { call: 'uuid()', column: column.uuid(), debezium: 'text', value: 'string' },
  {
    call: "enumeration('a', 'b')",
    column: column.enumeration('a', 'b'),
    debezium: 'text',
    value: 'union of the labels',
    limits: 'A label that is not declared is refused.',
  },
  {
    call: 'timestamptz(precision)',
    column: column.timestamptz(),
    debezium: 'ISO 8601 in UTC with as many digits of the second as the precision, 6 by default',
    value: '`"2026-01-02T01:04:05.678901Z"`, `"infinity"`',
    limits:
      'Year 0000 is 1 BC. timestamptz(0) looks like timestamp: only the catalog tells them apart.',
  },
  {
    call: 'timestamp(precision)',
    column: column.timestamp(),
    debezium: 'ISO 8601 with a Z, without zeros at the end',
    value: '`"2026-01-02T03:04:05.678901"`, `"infinity"`',
    limits:
      'A time with a zone is refused where its fraction ends with a zero; nine in ten of those with microseconds do not, and only the catalog tells.',
  },
  {
    call: 'date({ earliest })',
    column: column.date(),
    debezium:
      'ISO 8601 with a Z; in a snapshot the year of the era without the era, and 5 to 14 October 1582 ten days later',
    value: '`"2026-01-02"`, `"infinity"`',
    limits:
      "Of a snapshot, dates to 24 October 1582 and of the years 4713 and 4714 are refused, because a date BC looks the same; later ones are taken as AD. `earliest` says what the column's CHECK rules out, and with it what is certain.",
  },
  {
    call: 'time(precision)',
    column: column.time(),
    debezium: 'ISO 8601 with a Z',
    value: '`"03:04:05.678901"`',
    limits:
      '24:00:00 arrives as 00:00:00. A timetz has the same form: only the catalog tells them apart.',
  },
  {
    call: 'timetz()',
    column: column.timetz(),
    debezium: 'ISO 8601 in UTC',
    value: '`"01:04:05.678901Z"`, in UTC',
    limits: 'The zone is lost.',
  },
  {
    call: 'interval({ finite })',
    column: column.interval(),
    debezium: 'ISO 8601 duration; infinities as a zero one',
    value: '`"P1Y2M3DT4H5M6.789S"`',
    limits:
      'A zero interval is refused unless the column is declared `finite`, as CHECK (isfinite(...)) makes it. Seconds are rounded to microseconds: Debezium computes them in floating point and truncates to nanoseconds.',
  },
  {
    call: 'jsonb()',
    column: column.jsonb(),
    debezium: 'text',
    value: 'JSON text as written, every digit kept',
    limits:
      '`valueOf` and `structOf` make google.protobuf.Value and Struct of it, and refuse a number that a double does not hold.',
  },
  {
    call: 'hstore()',
    column: column.hstore(),
    debezium: 'JSON text',
    value: 'JSON text of an object of texts and nulls',
  },
  { call: 'bytea()', column: column.bytea(), debezium: 'base64', value: 'Buffer' },
  { call: 'xml()', column: column.xml(), debezium: 'text', value: 'string' },
  { call: 'ltree()', column: column.ltree(), debezium: 'text', value: 'string' },
  { call: 'tsvector()', column: column.tsvector(), debezium: 'text', value: 'string' },
  {
    call: 'inet()',
    column: column.inet(),
    debezium: 'text',
    value: '`"10.0.0.1"`, `"10.0.0.1/24"`',
  },
  { call: 'cidr()', column: column.cidr(), debezium: 'text', value: '`"10.0.0.0/8"`' },
  { call: 'macaddr()', column: column.macaddr(), debezium: 'text', value: 'string' },
  { call: 'range()', column: column.range(), debezium: 'text', value: '`"[1,5)"`' },
  {
    call: 'encodedText()',
    column: column.encodedText(),
    debezium: "base64 of the value's text",
    value: "PostgreSQL's text of the value: `(1,x)`, `{[1,5),[7,9)}`",
    limits: 'Also any other type that Debezium does not know.',
  },
  {
    call: 'point()',
    column: column.point(),
    debezium: '`{"x", "y", "wkb"}`',
    value: '`"(1.5,-2)"`',
    limits: 'Numbers in their shortest form.',
  },
  { call: 'line()', column: column.line(), debezium: '`{"a", "b", "c"}`', value: '`"{1,2,3}"`' },
  {
    call: 'lseg()',
    column: column.lseg(),
    debezium: 'well-known binary',
    value: '`"[(0,0),(1,1)]"`',
  },
  { call: 'box()', column: column.box(), debezium: 'well-known binary', value: '`"(1,1),(0,0)"`' },
  {
    call: 'path()',
    column: column.path(),
    debezium: 'well-known binary and `closed`',
    value: '`"[(0,0),(1,1)]"`',
    limits: 'Not in a row that is TOASTed (see below).',
  },
  {
    call: 'circle()',
    column: column.circle(),
    debezium: '`{"center", "radius"}`',
    value: '`"<(0,0),2>"`',
  },
  {
    call: 'textArray()',
    column: column.textArray(),
    debezium: 'array of text',
    value: 'array of string or null',
    limits: 'Of one dimension; where its numbering begins is lost.',
  },
  {
    call: 'array(element)',
    column: column.array(column.integer()),
    debezium: 'array of what the element is written as',
    value: 'array of what the element gives, or null',
    limits:
      'Of one dimension. Where Debezium writes nested arrays as nulls (numbers, booleans, bytea, dates and times, citext), one of nulls only is refused. Dates and times of arrays are as of a snapshot.',
  },
]

/** Types that have no builder, and what to do. */
const WITHOUT = [
  [
    'interval[], money[], xml[], name[], bit varying[], point[]',
    'Debezium leaves the column out of its records: `COLUMN_MISSING` when it is declared.',
  ],
  ['bit[]', 'Debezium stops at it: exclude the column (`column.exclude.list`).'],
  ['polygon', 'Whether its last point repeats the first is lost. Exclude it, or store a path.'],
  ['int2vector', 'Arrives empty.'],
] as const

/** docs/reference/column-types.md, before it is formatted. */
export function columnTypesPage(): string {
  const rows = BUILDERS.map(({ call, column: { postgresTypes }, debezium, value, limits = '' }) =>
    row([postgresTypes.join(', '), debezium, `\`${call}\``, value, limits]),
  )
  return `# Column types

Generated by \`npm run generate\` from the builders of src/table/columns.ts. What Debezium writes was recorded from 3.7
under the settings of connectors/monolith.json; test/golden/debezium-3.7.0/types.jsonl has each value beside PostgreSQL's own text of it.

A value is exact, or its record becomes a dead letter (\`COLUMN_INVALID\`): where Debezium writes two values alike, neither
is guessed. The first column has the catalog's names of types, "enum" and "composite" for any of them; a domain counts as what it is made from, but an array of
a domain is \`array(encodedText())\`.

${row(['PostgreSQL', 'Debezium writes', 'Builder', 'A fact gets', 'Limits'])}
${row(['---', '---', '---', '---', '---'])}
${rows.join('\n')}

## Without a builder

${row(['PostgreSQL', 'What happens'])}
${row(['---', '---'])}
${WITHOUT.map(row).join('\n')}

## Lookups

A lookup joins what PostgreSQL joins, or is refused before anything runs (\`TOPOLOGY_INVALID\`): columns of one type, by their values;
numerics of any scale to one with a scale; text and char(n) to each other, without the spaces that fill it up; timestamptz of any
precision. By citext, interval, jsonb, an array, a range or a type of another row of the table there is none.

## Values stored out of line

An update that leaves a large value alone sends a placeholder for it (TOAST). It is known in every form (text, base64, the
map of an hstore, a UUID, an array of one of them or of its bytes) and never reaches a row: the value is null there, the column
is named in the event's \`unavailable\`, and a fact has the value of the last row known.

Debezium stops at such a value (and at NaN in a numeric[], at NULL in an array of an enum) of bit varying, path, polygon, a domain over an array, and every
array but those of text, varchar, integer, bigint, uuid, bytea and jsonb. Exclude the column, or set REPLICA IDENTITY FULL before such an update is written.
`
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
