import { textArrayCodec, type TextArray } from './codec/array-codec'
import { binaryCodec } from './codec/binary-codec'
import { Column, type ColumnCodec } from './column'
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

function inline<Value>(codec: ColumnCodec<NonNullable<Value>>): Column<Value> {
  return new Column<Value>(codec, false, false)
}

function toastable<Value>(codec: ColumnCodec<NonNullable<Value>>): Column<Value | null> {
  return new Column<Value | null>(codec, false, true)
}

/** bigint → bigint */
export function bigint(): Column<bigint> {
  return inline(bigintCodec)
}

/** integer → number */
export function integer(): Column<number> {
  return inline(integerCodec(32))
}

/** smallint → number */
export function smallint(): Column<number> {
  return inline(integerCodec(16))
}

/** real → number, NaN and infinities included */
export function real(): Column<number> {
  return inline(doubleCodec)
}

/** double precision → number, NaN and infinities included */
export function double(): Column<number> {
  return inline(doubleCodec)
}

/** numeric → exact decimal text, or "NaN", "Infinity", "-Infinity" */
export function numeric(precision: number, scale?: number): Column<string>
export function numeric(): Column<string | null>
export function numeric(
  ...[precision]: readonly [precision?: number, scale?: number]
): Column<string> | Column<string | null> {
  return precision === undefined ? toastable(numericCodec) : inline(numericCodec)
}

/** boolean → boolean */
export function boolean(): Column<boolean> {
  return inline(booleanCodec)
}

/** text, char(n), xml → string */
export function text(): Column<string | null> {
  return toastable(textCodec)
}

/** varchar(n) → string; the length is the database's business */
export function varchar(): Column<string | null> {
  return toastable(textCodec)
}

/** uuid → string */
export function uuid(): Column<string> {
  return inline(uuidCodec)
}

/** An enum type → union of its labels */
export function enumeration<const Label extends string>(
  ...labels: readonly Label[]
): Column<Label> {
  return inline(enumerationCodec(labels))
}

/** timestamp with time zone → ISO 8601 in UTC, or "infinity", "-infinity" */
export function timestamptz(): Column<temporal.Instant> {
  return inline(temporal.instantCodec)
}

/** timestamp without time zone → ISO 8601 without a zone, or "infinity", "-infinity" */
export function timestamp(): Column<temporal.LocalDateTime> {
  return inline(temporal.localDateTimeCodec)
}

/** date → "2026-01-02", or "infinity", "-infinity" */
export function date(): Column<temporal.LocalDate> {
  return inline(temporal.localDateCodec)
}

/** time without time zone → "03:04:05.678901" */
export function time(): Column<temporal.LocalTime> {
  return inline(temporal.localTimeCodec)
}

/** interval → ISO 8601 duration */
export function interval(): Column<Duration> {
  return inline(durationCodec)
}

/** jsonb, json, hstore (`hstore.handling.mode=json`) → JSON text as written */
export function jsonb(): Column<string | null> {
  return toastable(jsonTextCodec)
}

/** text[], varchar[] of one dimension → array of string or null */
export function textArray(): Column<TextArray | null> {
  return toastable(textArrayCodec)
}

/** bytea → Buffer */
export function bytea(): Column<Buffer | null> {
  return toastable(binaryCodec)
}
