import { arrayCodec, textArrayCodec, type ArrayOf, type TextArray } from './codec/array-codec'
import { binaryCodec } from './codec/binary-codec'
import { bitsCodec, varbitCodec } from './codec/bits-codec'
import { Column, type ColumnCodec, type ColumnType } from './shape/column'
import { durationCodec, type Duration, type IntervalOptions } from './codec/duration-codec'
import { encodedTextCodec } from './codec/encoded-text-codec'
import { geometricCodec } from './codec/geometric-codec'
import { bigintCodec, integerCodec, oidCodec } from './codec/integer-codec'
import { booleanCodec, doubleCodec, numericCodec } from './codec/number-codec'
import * as temporal from './codec/temporal-codec'
import { enumerationCodec, jsonTextCodec, textCodec, uuidCodec } from './codec/text-codec'
import {
  ENCODED,
  NAMED_WHEN_NESTED,
  PLAIN_TEXT,
  RANGES,
  UNWRITTEN_IN_ARRAYS,
} from './postgres-types'

/**
 * The columns of a table definition, named as in PostgreSQL. Each is NOT NULL unless `.nullable()`.
 *
 * A column that PostgreSQL may store out of line (TOAST: text, varchar, jsonb, text[], bytea, numeric without a precision)
 * is typed `| null` even when NOT NULL: an update that does not change such a value does not contain it. It is then null in
 * the row, and named in the event's `unavailable`.
 */

/** A type whose kind is its name. */
function named(kind: string, ...aliases: readonly string[]): ColumnType {
  return { kind, postgresTypes: [kind, ...aliases] }
}

function precise(type: ColumnType, precision: number | undefined): ColumnType {
  return precision === undefined ? type : { ...type, precision }
}

function inline<Value>(codec: ColumnCodec<NonNullable<Value>>, type: ColumnType): Column<Value> {
  return new Column<Value>(codec, false, false, type)
}

function toastable<Value>(
  codec: ColumnCodec<NonNullable<Value>>,
  type: ColumnType,
): Column<Value | null> {
  return new Column<Value | null>(codec, false, true, type)
}

/** bigint → bigint */
export function bigint(): Column<bigint> {
  return inline(bigintCodec, named('bigint'))
}

/** integer → number */
export function integer(): Column<number> {
  return inline(integerCodec(32), named('integer'))
}

/** smallint → number */
export function smallint(): Column<number> {
  return inline(integerCodec(16), { kind: 'integer', postgresTypes: ['smallint'] })
}

/** real → number, NaN and infinities included */
export function real(): Column<number> {
  return inline(doubleCodec, named('real'))
}

/** double precision → number, NaN and infinities included */
export function double(): Column<number> {
  return inline(doubleCodec, named('double precision'))
}

/** numeric → exact decimal text, or "NaN", "Infinity", "-Infinity" */
export function numeric(precision: number, scale?: number): Column<string>
export function numeric(): Column<string | null>
export function numeric(
  ...[precision, scale]: readonly [precision?: number, scale?: number]
): Column<string> | Column<string | null> {
  return precision === undefined
    ? toastable(numericCodec(), named('numeric'))
    : inline(numericCodec(scale), { ...named('numeric'), detail: scale ?? 0 })
}

/** boolean → boolean */
export function boolean(): Column<boolean> {
  return inline(booleanCodec, named('boolean', 'bit'))
}

/** text, char(n), xml → string */
export function text(): Column<string | null> {
  return toastable(textCodec, { kind: 'text', postgresTypes: PLAIN_TEXT })
}

/** varchar(n) → string; the length is checked by the database only */
export function varchar(): Column<string | null> {
  return toastable(textCodec, { kind: 'text', postgresTypes: PLAIN_TEXT })
}

/** uuid → string */
export function uuid(): Column<string> {
  return inline(uuidCodec, named('uuid'))
}

/** An enum type → union of its labels */
export function enumeration<const Label extends string>(
  ...labels: readonly Label[]
): Column<Label> {
  return inline(enumerationCodec(labels), named('enum'))
}

/**
 * timestamp with time zone → ISO 8601 in UTC, or "infinity", "-infinity". `precision` as in the table's definition,
 * timestamptz(3): the number of fraction digits, which distinguishes the type from timestamp.
 */
export function timestamptz(precision = 6): Column<temporal.Instant> {
  return inline(temporal.instantCodec(precision), {
    ...named('timestamp with time zone'),
    detail: precision,
  })
}

/**
 * timestamp without time zone → ISO 8601 without a zone, or "infinity", "-infinity". `precision` as in the table's definition,
 * 6 where that has none; only records without schemas need it (`debezium`).
 */
export function timestamp(precision?: number): Column<temporal.LocalDateTime> {
  return inline(
    temporal.localDateTimeCodec,
    precise(named('timestamp without time zone'), precision),
  )
}

/** date → "2026-01-02", or "infinity", "-infinity" */
export function date(options: temporal.DateOptions = {}): Column<temporal.LocalDate> {
  return inline(temporal.localDateCodec(options), named('date'))
}

/** time without time zone → "03:04:05.678901". `precision`: see `timestamp`. */
export function time(precision?: number): Column<temporal.LocalTime> {
  return inline(temporal.localTimeCodec, precise(named('time without time zone'), precision))
}

/** time with time zone → "01:04:05.678901Z", in UTC: the zone is lost */
export function timetz(): Column<temporal.UtcTime> {
  return inline(temporal.utcTimeCodec, named('time with time zone'))
}

/** interval → ISO 8601 duration; a zero interval only if the column is declared finite */
export function interval(options: IntervalOptions = {}): Column<Duration> {
  return inline(durationCodec(options), named('interval'))
}

/** jsonb, json → JSON text as written; `valueOf` and `structOf` convert it to a message */
export function jsonb(): Column<string | null> {
  return toastable(jsonTextCodec, named('jsonb', 'json', 'hstore'))
}

/** hstore (`hstore.handling.mode=json`) → JSON text of an object of texts and nulls */
export function hstore(): Column<string | null> {
  return toastable(jsonTextCodec, named('hstore'))
}

/** text[], varchar[] of one dimension → array of string or null */
export function textArray(): Column<TextArray | null> {
  return toastable(textArrayCodec, {
    ...named('text[]', 'character varying[]'),
    element: { kind: 'text', postgresTypes: ['text', 'character varying'] },
  })
}

/**
 * An array of one dimension of the declared element: array(integer()) → array of number or null. `defineTable` refuses one of
 * elements that Debezium does not write: money, interval, point, bit, bit varying, xml, or an array.
 */
export function array<Value>({
  codec,
  type,
}: Column<Value>): Column<ArrayOf<NonNullable<Value>> | null> {
  return toastable<ArrayOf<NonNullable<Value>>>(
    arrayCodec<Value>(codec, NAMED_WHEN_NESTED.has(type.kind)),
    { kind: `${type.kind}[]`, postgresTypes: arrayTypes(type), element: type },
  )
}

/** The arrays that Debezium writes; it omits others from its records. Elements of a domain arrive as base64. */
function arrayTypes({ kind, postgresTypes }: ColumnType): readonly string[] {
  if (kind === 'encoded text') return ['composite[]', 'domain[]']
  return postgresTypes
    .filter((name) => !name.endsWith('[]') && !UNWRITTEN_IN_ARRAYS.has(name))
    .map((name) => `${name}[]`)
}

/** bytea → Buffer */
export function bytea(): Column<Buffer | null> {
  return toastable(binaryCodec, named('bytea'))
}

/** money → decimal text, "-12.50": the amount without its currency */
export function money(): Column<string> {
  return inline(numericCodec(), named('money'))
}

/** bit(n) → n characters 0 and 1, as PostgreSQL writes it; for bit(1) `boolean` is accepted, too */
export function bits(length: number): Column<string> {
  return inline(bitsCodec(length), named('bit'))
}

/** bit varying → rejected: Debezium drops its length */
export function varbit(): Column<string | null> {
  return toastable(varbitCodec, named('bit varying'))
}

/** oid → number */
export function oid(): Column<number> {
  return inline(oidCodec, named('oid'))
}

/** citext → string as stored */
export function citext(): Column<string | null> {
  return toastable(textCodec, named('citext'))
}

/** char(n) → string, padded with spaces */
export function char(length = 1): Column<string | null> {
  return toastable(textCodec, { ...named('character'), detail: length })
}

/** inet → text such as "10.0.0.1", "10.0.0.1/24" */
export function inet(): Column<string> {
  return inline(textCodec, named('inet'))
}

/** cidr → text such as "10.0.0.0/8" */
export function cidr(): Column<string> {
  return inline(textCodec, named('cidr'))
}

/** macaddr, macaddr8 → text such as "08:00:2b:01:02:03" */
export function macaddr(): Column<string> {
  return inline(textCodec, named('macaddr', 'macaddr8'))
}

/** xml → text as written */
export function xml(): Column<string | null> {
  return toastable(textCodec, named('xml'))
}

/** ltree → text such as "a.b.c" */
export function ltree(): Column<string | null> {
  return toastable(textCodec, named('ltree'))
}

/** tsvector → its text in PostgreSQL */
export function tsvector(): Column<string | null> {
  return toastable(textCodec, named('tsvector'))
}

/** int4range, int8range, numrange, daterange, tsrange, tstzrange → its text in PostgreSQL, "[1,5)" */
export function range(): Column<string | null> {
  return toastable(textCodec, { kind: 'range', postgresTypes: RANGES })
}

/**
 * Composite types, multiranges, tsquery, jsonpath, pg_lsn, xid8, regclass and all others that Debezium does not support →
 * the text in PostgreSQL, which Debezium sends as base64
 */
export function encodedText(): Column<string | null> {
  return toastable(encodedTextCodec, { kind: 'encoded text', postgresTypes: ENCODED })
}

/** point → "(1.5,-2)" */
export function point(): Column<string> {
  return inline(geometricCodec('point'), named('point'))
}

/** line → "{1,2,3}" */
export function line(): Column<string> {
  return inline(geometricCodec('line'), named('line'))
}

/** lseg → "[(0,0),(1,1)]" */
export function lseg(): Column<string> {
  return inline(geometricCodec('lseg'), named('lseg'))
}

/** box → "(1,1),(0,0)" */
export function box(): Column<string> {
  return inline(geometricCodec('box'), named('box'))
}

/** path → "[(0,0),(1,1)]", or with round brackets when it is closed */
export function path(): Column<string | null> {
  return toastable(geometricCodec('path'), named('path'))
}

/** circle → "<(0,0),2>" */
export function circle(): Column<string> {
  return inline(geometricCodec('circle'), named('circle'))
}
