import type { JsonValue } from '../../protobuf/json/json'
import type { ColumnType } from '../../table/shape/column'
import { PLACEHOLDER } from '../../table/shape/unavailable'
import type { FormatSettings } from '../settings/format-settings'
import { MODES, type ModeName, type Modes } from '../settings/modes'
import { signature, type ConnectSchema } from './connect-schema'
import { placeholderOf } from './placeholder'
import {
  DECIMAL,
  MILLIS_OR_MICROS,
  VARIABLE_SCALE,
  writtenForms,
  type ReadValue,
} from './written-forms'

/** Brings a column's value to the decoder's form. */
export type ReadColumn = (json: JsonValue) => JsonValue

/** Why the values of a column cannot be read, with what to do. */
export interface Unreadable {
  readonly fault: string
}

/** What of the settings the values of the columns depend on. */
export type ValueSettings = Pick<FormatSettings, 'modes' | 'placeholder' | 'moneyDigits'>

/** Kinds whose values are never TOASTed. */
const NEVER_LARGE =
  /^(?:bigint|integer|oid|real|double precision|boolean|bit|date|time.*|interval|money|uuid|enum)$/

/** How a column is read whose records carry `schema`. */
export function schemaReader(
  type: ColumnType,
  schema: ConnectSchema,
  settings: ValueSettings,
): ReadColumn | Unreadable {
  const read = valueReader(type, schema, settings)
  return 'fault' in read ? read : columnReader(type, read, settings)
}

/** How a column is read whose records carry no schema: by the settings and the declaration alone. */
export function aloneReader(type: ColumnType, settings: ValueSettings): ReadColumn | Unreadable {
  const schema = assumedSchema(type, settings)
  return 'fault' in schema ? schema : schemaReader(type, schema, settings)
}

function columnReader(type: ColumnType, read: ReadValue, settings: ValueSettings): ReadColumn {
  // In no form a value of any column: the decoder rejects it, and shows it.
  const certain = (json: JsonValue): JsonValue => read(json) ?? { unreadable: json }
  if (NEVER_LARGE.test(type.kind)) return (json) => (json === null ? null : certain(json))
  const isPlaceholder = placeholderOf(settings.placeholder)
  return (json) => {
    if (json === null) return null
    return isPlaceholder(json) ? PLACEHOLDER : certain(json)
  }
}

function valueReader(
  type: ColumnType,
  schema: ConnectSchema,
  settings: ValueSettings,
): ReadValue | Unreadable {
  const { element } = type
  if (element !== undefined) {
    if (schema.type !== 'array') return mismatch(type, schema, settings)
    const read = valueReader(element, schema.items ?? { type: 'string' }, settings)
    return 'fault' in read ? read : arrayReader(read)
  }
  const written = signature(schema)
  const found = writtenForms(type, settings.modes).find((one) => one.schema === written)
  return found === undefined ? mismatch(type, schema, settings) : found.reader(schema, type)
}

function arrayReader(read: ReadValue): ReadValue {
  return (json) => {
    if (!Array.isArray(json)) return undefined
    const elements: JsonValue[] = []
    for (const element of json) {
      const value = element === null ? null : read(element)
      if (value === undefined) return undefined
      elements.push(value)
    }
    return elements
  }
}

/** Says which setting writes such values, if one does. */
function mismatch(type: ColumnType, schema: ConnectSchema, settings: ValueSettings): Unreadable {
  const written = signature(schema)
  for (const name of Object.keys(MODES) as ModeName[]) {
    for (const mode of MODES[name]) {
      const modes = { ...settings.modes, [name]: mode } as Modes
      if (!writtenForms(type, modes).some((one) => one.schema === written)) continue
      return {
        fault: `is written as ${written}, with ${name}=${mode}, and the format says ${settings.modes[name]}: set '${name}': '${mode}' in the format`,
      }
    }
  }
  return {
    fault: `is ${written} in the record's schema, and declared as ${type.postgresTypes.join(' or ')}: correct the definition of the table`,
  }
}

/** The schema that the settings and the declaration stand for. */
function assumedSchema(type: ColumnType, settings: ValueSettings): ConnectSchema | Unreadable {
  const { element, kind, detail } = type
  if (element !== undefined) {
    const items = assumedSchema(element, settings)
    return 'fault' in items ? items : { type: 'array', items }
  }
  const [first, ...others] = writtenForms(type, settings.modes)
  const usual = first?.schema ?? 'string'
  if (usual === DECIMAL) {
    const scale = kind === 'money' ? settings.moneyDigits : detail
    if (scale === undefined) return parsed(VARIABLE_SCALE)
    // Of a negative scale, the eleven bits that PostgreSQL keeps.
    const bits = scale < 0 ? scale + 2_048 : scale
    return { ...parsed(DECIMAL), parameters: { scale: String(bits) } }
  }
  const [millis, micros] = kind.startsWith('timestamp')
    ? MILLIS_OR_MICROS.timestamp
    : MILLIS_OR_MICROS.time
  if (usual !== millis || others.length === 0) return parsed(usual)
  const { precision } = type
  if (precision === undefined) {
    const name = kind.startsWith('timestamp') ? 'timestamp' : 'time'
    return {
      fault: `is written in milliseconds or in microseconds, by its precision, which records without schemas do not say (time.precision.mode=${settings.modes['time.precision.mode']}): declare it, ${name}(6) for a column without one`,
    }
  }
  return parsed(precision <= 3 ? millis : micros)
}

function parsed(written: string): ConnectSchema {
  const [type = '', name] = written.split(' ')
  return name === undefined ? { type } : { type, name }
}
