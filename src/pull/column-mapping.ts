import type { PostgresType, PostgresTypes } from '../source/postgres-type'
import { declaredNameOf, undressed } from '../source/postgres-type'
import * as columns from '../table/columns'
import type { AnyColumn } from '../table/shape/column'
import { literal } from './code'
import type { Sample } from './samples'
import { SAMPLES } from './samples'

/** How a column is declared and what it becomes in a message. */
export interface MappedColumn {
  /** Code of its declaration: `numeric(10, 2)`. */
  readonly builder: string
  /** Functions that the code calls. */
  readonly functions: readonly string[]
  /** The same declaration as a value. */
  readonly column: AnyColumn
  readonly proto: ProtoType
  readonly isRepeated: boolean
  /** What the field holds where its proto type does not say it: "Exact decimal." */
  readonly note?: string
  readonly sample: Sample
}

export type ProtoType =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'enum'; readonly type: PostgresType; readonly labels: readonly string[] }

/** A column that cannot be declared. */
export interface Unmapped {
  /** Ends a sentence that begins with the column: "is polygon, for which there is no builder". */
  readonly why: string
}

export interface TypedColumn {
  readonly type: string
  readonly modifier: number
  readonly written: string
  readonly isFinite?: boolean
}

export interface TypeCatalog {
  readonly types: PostgresTypes
  readonly labels: ReadonlyMap<string, readonly string[]>
}

/** Nothing is guessed: a type without a builder of its own is not declared. */
export function mapColumn(catalog: TypeCatalog, column: TypedColumn): MappedColumn | Unmapped {
  const found = undressed(catalog.types, column.type, column.modifier)
  if (found === undefined) return unmapped(column)
  const { type, modifier } = found
  if (type.element !== null) return mapArray(catalog, column, type.element, modifier)
  const labels = catalog.labels.get(type.id) ?? []
  const scalar = SCALARS[declaredNameOf(catalog.types, type.id)]
  return (
    scalar?.({ type, modifier, labels, isFinite: column.isFinite ?? false }) ?? unmapped(column)
  )
}

function unmapped({ written }: TypedColumn): Unmapped {
  return {
    why: `is ${written}, for which there is no builder (docs/reference/column-types.md)`,
  }
}

function mapArray(
  catalog: TypeCatalog,
  column: TypedColumn,
  elementType: string,
  modifier: number,
): MappedColumn | Unmapped {
  const element = mapColumn(catalog, { ...column, type: elementType, modifier })
  // The elements of an array of a domain come in another form.
  if ('why' in element || catalog.types.get(elementType)?.kind === 'd') return unmapped(column)
  const elementName = declaredNameOf(catalog.types, elementType)
  const name = `${elementName}[]`
  const isText = columns.textArray().postgresTypes.includes(name)
  const declared: AnyColumn = isText ? columns.textArray() : columns.array(element.column)
  if (!declared.postgresTypes.includes(name)) return unmapped(column)
  const { debezium, row } = element.sample
  return {
    ...element,
    builder: isText ? 'textArray()' : `array(${element.builder})`,
    functions: isText ? ['textArray'] : ['array', ...element.functions],
    column: declared,
    isRepeated: true,
    note: `${element.note === undefined ? '' : `${element.note} `}Empty for NULL, too.`,
    sample: { debezium: [debezium], ...(row === undefined ? {} : { row: [row] }) },
  }
}

interface Typed {
  readonly type: PostgresType
  readonly modifier: number
  readonly labels: readonly string[]
  readonly isFinite: boolean
}

interface Declaration {
  readonly name: string
  readonly arguments?: readonly (string | number)[]
  readonly column: AnyColumn
  /** Default: string. */
  readonly proto?: string | ProtoType
  readonly note?: string
  readonly sample?: Sample
}

function declared(it: Declaration): MappedColumn {
  const { name, column, proto = 'string', note, sample = SAMPLES[name] } = it
  return {
    builder: `${name}(${(it.arguments ?? []).join(', ')})`,
    functions: [name],
    column,
    proto: typeof proto === 'string' ? { kind: 'scalar', name: proto } : proto,
    isRepeated: false,
    ...(note === undefined ? {} : { note }),
    sample: sample ?? { debezium: null },
  }
}

/** What a type with its modifier is declared as; undefined where it cannot be. */
type Scalar = (typed: Typed) => MappedColumn | undefined

const always =
  (name: string, column: AnyColumn, proto = 'string', note?: string): Scalar =>
  () =>
    declared({ name, column, proto, ...(note === undefined ? {} : { note }) })

const RANGE = always('range', columns.range(), 'string', 'Range, such as [1,5).')
const ENCODED = always('encodedText', columns.encodedText(), 'string', "PostgreSQL's text of it.")
const json = always('jsonb', columns.jsonb(), 'string', 'JSON text.')
const text = always('text', columns.text())
const macaddr = always('macaddr', columns.macaddr())
const each = (column: AnyColumn, scalar: Scalar): Readonly<Record<string, Scalar>> =>
  Object.fromEntries(column.postgresTypes.map((name) => [name, scalar]))

/** By the names that declarations use for types. */
const SCALARS: Readonly<Record<string, Scalar>> = {
  ...each(columns.range(), RANGE),
  ...each(columns.encodedText(), ENCODED),
  bigint: always('bigint', columns.bigint(), 'int64'),
  integer: always('integer', columns.integer(), 'int32'),
  smallint: always('smallint', columns.smallint(), 'int32'),
  oid: always('oid', columns.oid(), 'uint32'),
  real: always('real', columns.real(), 'double'),
  'double precision': always('double', columns.double(), 'double'),
  numeric,
  money: always('money', columns.money(), 'string', 'Exact decimal.'),
  boolean: always('boolean', columns.boolean(), 'bool'),
  bit,
  text,
  'character varying': always('varchar', columns.varchar()),
  name: text,
  '"char"': text,
  character,
  citext: always('citext', columns.citext()),
  uuid: always('uuid', columns.uuid()),
  enum: enumeration,
  'timestamp with time zone': timestamptz,
  'timestamp without time zone': always(
    'timestamp',
    columns.timestamp(),
    'string',
    'Local date and time: 2026-01-02T03:04:05.678901.',
  ),
  date: always('date', columns.date(), 'string', 'Date: 2026-01-02.'),
  'time without time zone': always(
    'time',
    columns.time(),
    'string',
    'Time of day: 03:04:05.678901.',
  ),
  'time with time zone': always(
    'timetz',
    columns.timetz(),
    'string',
    'Time of day in UTC: 01:04:05.678901Z.',
  ),
  interval,
  json,
  jsonb: json,
  hstore: always('hstore', columns.hstore(), 'string', 'JSON object of texts and nulls.'),
  bytea: always('bytea', columns.bytea(), 'bytes'),
  xml: always('xml', columns.xml()),
  ltree: always('ltree', columns.ltree()),
  tsvector: always('tsvector', columns.tsvector()),
  inet: always('inet', columns.inet()),
  cidr: always('cidr', columns.cidr()),
  macaddr,
  macaddr8: macaddr,
  point: always('point', columns.point()),
  line: always('line', columns.line()),
  lseg: always('lseg', columns.lseg()),
  box: always('box', columns.box()),
  path: always('path', columns.path()),
  circle: always('circle', columns.circle()),
}

function numeric({ modifier }: Typed): MappedColumn {
  const common = { name: 'numeric', note: 'Exact decimal.' }
  if (modifier < 0) return declared({ ...common, column: columns.numeric() })
  // Precision and scale; the scale is signed, in eleven bits.
  const packed = modifier - 4
  const precision = (packed >> 16) & 0xffff
  const bits = packed & 0x7ff
  const scale = bits >= 1_024 ? bits - 2_048 : bits
  const zero = scale > 0 ? `0.${'0'.repeat(scale)}` : '0'
  return declared({
    ...common,
    arguments: scale === 0 ? [precision] : [precision, scale],
    column: columns.numeric(precision, scale),
    sample: { debezium: zero, row: zero },
  })
}

function bit({ modifier }: Typed): MappedColumn | undefined {
  if (modifier === 1) {
    return declared({ name: 'boolean', column: columns.boolean(), proto: 'bool' })
  }
  if (modifier < 1) return undefined
  return declared({
    name: 'bits',
    arguments: [modifier],
    column: columns.bits(modifier),
    sample: { debezium: '', row: '0'.repeat(modifier) },
  })
}

/** Without a length nothing fills it up, and there is no builder for that. */
function character({ modifier }: Typed): MappedColumn | undefined {
  const length = modifier - 4
  if (length < 1) return undefined
  const filled = 'a'.padEnd(length)
  return declared({
    name: 'char',
    arguments: length === 1 ? [] : [length],
    column: columns.char(length),
    note: 'With the spaces that fill it up.',
    sample: { debezium: filled, row: filled },
  })
}

function enumeration({ type, labels }: Typed): MappedColumn {
  return declared({
    name: 'enumeration',
    arguments: labels.map(literal),
    column: columns.enumeration(...labels),
    proto: { kind: 'enum', type, labels },
    sample: { debezium: labels[0] ?? '' },
  })
}

function timestamptz({ modifier }: Typed): MappedColumn {
  const precision = modifier < 0 ? 6 : modifier
  const fraction = precision === 0 ? '' : `.${'0'.repeat(precision)}`
  return declared({
    name: 'timestamptz',
    arguments: precision === 6 ? [] : [precision],
    column: columns.timestamptz(precision),
    proto: { kind: 'timestamp' },
    sample: { debezium: `2026-01-02T03:04:05${fraction}Z` },
  })
}

function interval({ isFinite }: Typed): MappedColumn {
  const options = isFinite ? { finite: true as const } : {}
  return declared({
    name: 'interval',
    arguments: isFinite ? ['{ finite: true }'] : [],
    column: columns.interval(options),
    note: 'ISO 8601 duration: P1DT2H.',
  })
}
