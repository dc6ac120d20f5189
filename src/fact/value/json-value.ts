import { parseJson, type JsonValue } from '../../protobuf/json/json'
import { ValueFault } from './value-fault'

/** google.protobuf.Value as protobuf.js encodes it; one field is set. */
export type JsonMessage =
  | { readonly nullValue: 0 }
  | { readonly boolValue: boolean }
  | { readonly numberValue: number }
  | { readonly stringValue: string }
  | { readonly listValue: { readonly values: readonly JsonMessage[] } }
  | { readonly structValue: StructMessage }

/** google.protobuf.Struct as protobuf.js encodes it. */
export interface StructMessage {
  readonly fields: Readonly<Record<string, JsonMessage>>
}

/**
 * The JSON text of a `jsonb` column as google.protobuf.Value, whose numbers are doubles. Throws MAP_FAILED for a number
 * that a double cannot represent (more than about 16 digits, or out of range); use the text for those.
 */
export function valueOf(text: string): JsonMessage {
  return messageOf(parseJson(text, { number: (raw) => exactDouble(raw, text) }))
}

/** As `valueOf`, of JSON text that is an object. Throws MAP_FAILED for any other. */
export function structOf(text: string): StructMessage {
  const value = valueOf(text)
  if ('structValue' in value) return value.structValue
  throw new ValueFault(
    `${text.slice(0, 40)} is not a JSON object, as google.protobuf.Struct requires.`,
    text,
  )
}

function messageOf(json: JsonValue): JsonMessage {
  if (json === null) return { nullValue: 0 }
  if (typeof json === 'boolean') return { boolValue: json }
  if (typeof json === 'string') return { stringValue: json }
  if (typeof json === 'number' || typeof json === 'bigint') return { numberValue: Number(json) }
  if (Array.isArray(json)) return { listValue: { values: json.map(messageOf) } }
  const fields = Object.entries(json).map(([name, value]) => [name, messageOf(value)] as const)
  return { structValue: { fields: Object.fromEntries(fields) } }
}

/** The number, if its shortest decimal form as a double is the text. */
function exactDouble(raw: string, text: string): number {
  const value = Number(raw)
  if (decimal(String(value)) === decimal(raw)) return value
  throw new ValueFault(
    `The number ${raw.slice(0, 40)} has no exact double (it would become ${value}). Map the JSON as text.`,
    text,
  )
}

/** Sign, digits without zeros around them, and exponent: the same for every way to write a number. */
function decimal(text: string): string {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const scale = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${scale}`
}
