import {
  exactNumber,
  parseJsonBytes,
  type JsonObject,
  type JsonValue,
} from '../../protobuf/json/json'
import { isObject } from '../../table/exact/envelope'
import type { TableShape } from '../../table/shape/table-shape'
import { plainDecimal } from '../values/decimal'

/** Kinds whose numbers Connect's SimpleHeaderConverter writes as decimals with any `decimal.handling.mode`. */
const DECIMALS = new Set(['numeric', 'money'])
/** Kinds that it writes as a time of the day alone when they are Connect's own types. */
const TEMPORAL = /^(?:date|timestamp without time zone|time without time zone)$/

/** What cannot be read of a header with the other key of a changed primary key, with `time.precision.mode=connect`. */
export function headerFaults({ topic, keyColumns }: TableShape): readonly string[] {
  return keyColumns
    .filter(({ column }) => TEMPORAL.test(column.type.kind))
    .map(
      ({ name }) =>
        `column ${name} is part of the key of ${topic}, and with time.precision.mode=connect the headers that say how a key was changed have no day: set another mode on the connector, or header.converter=org.apache.kafka.connect.json.JsonConverter`,
    )
}

/**
 * The key in a header as SimpleHeaderConverter writes it, in the form that the key's own converter would have written; undefined
 * when it is none. Decimals are numbers there, in plain digits.
 */
export function simpleHeaderKey(
  { keyColumns }: TableShape,
  header: Buffer,
): JsonObject | undefined {
  const decimals = new Set(
    keyColumns.filter(({ column }) => DECIMALS.has(column.type.kind)).map(({ name }) => name),
  )
  const json = parseJsonBytes(header, { number: (raw) => ({ raw }) })
  if (!isObject(json)) return undefined
  return Object.fromEntries(
    Object.entries(json).map(([name, value]): [string, JsonValue] => {
      if (!isObject(value) || typeof value['raw'] !== 'string') return [name, value]
      const { raw } = value
      return [name, decimals.has(name) ? (plainDecimal(raw) ?? raw) : exactNumber(raw)]
    }),
  )
}
