import { textArrayCodec, type TextArray } from './codec/array-codec'
import { binaryCodec } from './codec/binary-codec'
import { Column, type ColumnCodec, type ColumnType } from './column'
import { durationCodec, type Duration } from './codec/duration-codec'
import { bigintCodec, integerCodec } from './codec/integer-codec'
import { booleanCodec, doubleCodec, numericCodec } from './codec/number-codec'
import * as temporal from './codec/temporal-codec'
import { enumerationCodec, jsonTextCodec, textCodec, uuidCodec } from './codec/text-codec'

/**
 * The columns that a table definition is made of, named as in PostgreSQL. Each is NOT NULL unless `.nullable()`.
 *
 * A column that PostgreSQL may store out of line (TOAST: text, varchar, jsonb, text[], bytea, numeric without a precision)
 * is typed `| null` even when NOT NULL: an update that leaves such a value alone does not carry it. It is null in the row
 * then, and named in the event's `unavailable`.
 */

/** Written as their own text, so that `text` holds any of them exactly. */
const PLAIN_TEXT = [
  ...['text', 'character varying', 'xml', 'name', '"char"', 'ltree', 'tsvector'],
  ...['inet', 'cidr', 'macaddr', 'macaddr8'],
  ...['int4range', 'int8range', 'numrange', 'daterange', 'tsrange', 'tstzrange'],
]

/** A type whose kind is its name. */
function named(kind: string, ...aliases: readonly string[]): ColumnType {
  return { kind, postgresTypes: [kind, ...aliases] }
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
  ...[precision]: readonly [precision?: number, scale?: number]
): Column<string> | Column<string | null> {
  return precision === undefined
    ? toastable(numericCodec, named('numeric'))
    : inline(numericCodec, named('numeric'))
}

/** boolean → boolean */
export function boolean(): Column<boolean> {
  return inline(booleanCodec, named('boolean', 'bit'))
}

/** text, char(n), xml → string */
export function text(): Column<string | null> {
  return toastable(textCodec, { kind: 'text', postgresTypes: PLAIN_TEXT })
}

/** varchar(n) → string; the length is the database's business */
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

/** timestamp with time zone → ISO 8601 in UTC, or "infinity", "-infinity" */
export function timestamptz(): Column<temporal.Instant> {
  return inline(temporal.instantCodec, named('timestamp with time zone'))
}

/** timestamp without time zone → ISO 8601 without a zone, or "infinity", "-infinity" */
export function timestamp(): Column<temporal.LocalDateTime> {
  return inline(temporal.localDateTimeCodec, named('timestamp without time zone'))
}

/** date → "2026-01-02", or "infinity", "-infinity" */
export function date(): Column<temporal.LocalDate> {
  return inline(temporal.localDateCodec, named('date'))
}

/** time without time zone → "03:04:05.678901" */
export function time(): Column<temporal.LocalTime> {
  return inline(temporal.localTimeCodec, named('time without time zone'))
}

/** interval → ISO 8601 duration */
export function interval(): Column<Duration> {
  return inline(durationCodec, named('interval'))
}

/** jsonb, json, hstore (`hstore.handling.mode=json`) → JSON text as written */
export function jsonb(): Column<string | null> {
  return toastable(jsonTextCodec, named('jsonb', 'json', 'hstore'))
}

/** text[], varchar[] of one dimension → array of string or null */
export function textArray(): Column<TextArray | null> {
  return toastable(textArrayCodec, named('text[]', 'character varying[]'))
}

/** bytea → Buffer */
export function bytea(): Column<Buffer | null> {
  return toastable(binaryCodec, named('bytea'))
}
