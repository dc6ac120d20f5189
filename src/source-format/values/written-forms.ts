import type { JsonValue } from '../../protobuf/json/json'
import type { ColumnType } from '../../table/shape/column'
import { isObject } from '../../table/exact/envelope'
import type { Modes } from '../settings/modes'
import { base64Of } from './binary'
import type { ConnectSchema } from './connect-schema'
import { doubleDecimal, unscaledDecimal } from './decimal'
import { dateOfDays, durationOf, timeOf, timestampOf } from './temporal'

/** Brings a value that is not null to the decoder's form; undefined when it is none of its own form. */
export type ReadValue = (json: JsonValue) => JsonValue | undefined

/** One way in which the values of a column are written. */
export interface WrittenForm {
  /** See `signature`. */
  readonly schema: string
  readonly reader: (schema: ConnectSchema, type: ColumnType) => ReadValue
}

const AS_IT_IS: ReadValue = (json) => json

function form(schema: string, read: ReadValue = AS_IT_IS): WrittenForm {
  return { schema, reader: () => read }
}

const text = (read: (value: string) => string | undefined): ReadValue => {
  return (json) => (typeof json === 'string' ? read(json) : undefined)
}

export const DECIMAL = 'bytes org.apache.kafka.connect.data.Decimal'
export const VARIABLE_SCALE = 'struct io.debezium.data.VariableScaleDecimal'

const DECIMALS: Readonly<Record<Modes['decimal.handling.mode'], readonly WrittenForm[]>> = {
  precise: [
    {
      schema: DECIMAL,
      reader: ({ parameters }) => {
        const scale = Number(parameters?.['scale'])
        return (json) => (Number.isInteger(scale) ? unscaledDecimal(json, scale) : undefined)
      },
    },
    form(VARIABLE_SCALE, (json) => {
      if (!isObject(json)) return undefined
      const { scale, value } = json
      return typeof scale === 'number' ? unscaledDecimal(value, scale) : undefined
    }),
  ],
  double: [
    {
      schema: 'double',
      reader:
        (_, { kind, detail }) =>
        (json) =>
          doubleDecimal(json, kind === 'money' ? 2 : detail),
    },
  ],
  string: [form('string')],
}

const ISO_DATE = form('string io.debezium.time.IsoDate')
const DAYS = form('int32 io.debezium.time.Date', dateOfDays)
const DATES: Readonly<Record<Modes['time.precision.mode'], readonly WrittenForm[]>> = {
  adaptive: [DAYS],
  adaptive_time_microseconds: [DAYS],
  connect: [form('int32 org.apache.kafka.connect.data.Date', dateOfDays)],
  isostring: [ISO_DATE],
  microseconds: [DAYS],
  nanoseconds: [DAYS],
}

/** Debezium's, with milliseconds, and with microseconds; which of the two depends on the column's precision. */
export const MILLIS_OR_MICROS = {
  timestamp: ['int64 io.debezium.time.Timestamp', 'int64 io.debezium.time.MicroTimestamp'],
  time: ['int32 io.debezium.time.Time', 'int64 io.debezium.time.MicroTime'],
} as const

const TIMESTAMP_MILLIS = form(MILLIS_OR_MICROS.timestamp[0], (json) => timestampOf(json, 1_000))
const TIMESTAMP_MICROS = form(MILLIS_OR_MICROS.timestamp[1], (json) => timestampOf(json, 1_000_000))
const TIMESTAMPS: Readonly<Record<Modes['time.precision.mode'], readonly WrittenForm[]>> = {
  adaptive: [TIMESTAMP_MILLIS, TIMESTAMP_MICROS],
  adaptive_time_microseconds: [TIMESTAMP_MILLIS, TIMESTAMP_MICROS],
  connect: [
    form('int64 org.apache.kafka.connect.data.Timestamp', (json) => timestampOf(json, 1_000)),
  ],
  isostring: [form('string io.debezium.time.IsoTimestamp')],
  microseconds: [TIMESTAMP_MICROS],
  nanoseconds: [
    form('int64 io.debezium.time.NanoTimestamp', (json) => timestampOf(json, 1_000_000_000)),
  ],
}

const TIME_MILLIS = form(MILLIS_OR_MICROS.time[0], (json) => timeOf(json, 1_000))
const TIME_MICROS = form(MILLIS_OR_MICROS.time[1], (json) => timeOf(json, 1_000_000))
const TIMES: Readonly<Record<Modes['time.precision.mode'], readonly WrittenForm[]>> = {
  adaptive: [TIME_MILLIS, TIME_MICROS],
  adaptive_time_microseconds: [TIME_MICROS],
  connect: [form('int32 org.apache.kafka.connect.data.Time', (json) => timeOf(json, 1_000))],
  isostring: [form('string io.debezium.time.IsoTime')],
  microseconds: [TIME_MICROS],
  nanoseconds: [form('int64 io.debezium.time.NanoTime', (json) => timeOf(json, 1_000_000_000))],
}

const INTERVALS: Readonly<Record<Modes['interval.handling.mode'], readonly WrittenForm[]>> = {
  numeric: [form('int64 io.debezium.time.MicroDuration', durationOf)],
  string: [form('string io.debezium.time.Interval')],
}

const BINARIES: Readonly<Record<Modes['binary.handling.mode'], readonly WrittenForm[]>> = {
  bytes: [form('bytes')],
  base64: [
    form(
      'string',
      text((value) => base64Of(value, 'base64')),
    ),
  ],
  'base64-url-safe': [
    form(
      'string',
      text((value) => base64Of(value, 'base64-url-safe')),
    ),
  ],
  hex: [
    form(
      'string',
      text((value) => base64Of(value, 'hex')),
    ),
  ],
}

const JSON_TEXT = form('string io.debezium.data.Json')
const HSTORES: Readonly<Record<Modes['hstore.handling.mode'], readonly WrittenForm[]>> = {
  json: [JSON_TEXT],
  map: [form('map', (json) => (isObject(json) ? JSON.stringify(json) : undefined))],
}

const STRINGS = [
  'string',
  ...['Uuid', 'Enum', 'Json', 'Xml', 'Ltree'].map((name) => `string io.debezium.data.${name}`),
].map((schema) => form(schema))
const INTEGERS = ['int32', 'int16'].map((schema) => form(schema))
const FLOATS = ['double', 'float'].map((schema) => form(schema))
const BITS = form('bytes io.debezium.data.Bits')
const STRUCTS = ['Point', 'Geometry', 'Geography']
  .map((name) => form(`struct io.debezium.data.geometry.${name}`))
  .concat(form('struct'))

/** How a connector with these settings writes the values of a type that is not an array. The first is the usual one. */
export function writtenForms({ kind }: ColumnType, modes: Modes): readonly WrittenForm[] {
  switch (kind) {
    case 'bigint':
      return [form('int64'), ...INTEGERS]
    case 'integer':
      return INTEGERS
    case 'oid':
      return [form('int64')]
    case 'real':
    case 'double precision':
      return FLOATS
    case 'boolean':
      return [form('boolean')]
    case 'bit':
      return [BITS, form('boolean')]
    case 'bit varying':
      return [BITS]
    case 'numeric':
    case 'money':
      return DECIMALS[modes['decimal.handling.mode']]
    case 'date':
      return DATES[modes['time.precision.mode']]
    case 'timestamp without time zone':
      return TIMESTAMPS[modes['time.precision.mode']]
    case 'time without time zone':
      return TIMES[modes['time.precision.mode']]
    case 'timestamp with time zone':
      return [form('string io.debezium.time.ZonedTimestamp')]
    case 'time with time zone':
      return [form('string io.debezium.time.ZonedTime')]
    case 'interval':
      return INTERVALS[modes['interval.handling.mode']]
    case 'bytea':
    case 'encoded text':
      return BINARIES[modes['binary.handling.mode']]
    case 'hstore':
      return HSTORES[modes['hstore.handling.mode']]
    case 'jsonb':
      return modes['hstore.handling.mode'] === 'map' ? [JSON_TEXT, ...HSTORES.map] : [JSON_TEXT]
    case 'point':
    case 'line':
    case 'lseg':
    case 'box':
    case 'path':
    case 'circle':
      return STRUCTS
    default:
      return STRINGS
  }
}
