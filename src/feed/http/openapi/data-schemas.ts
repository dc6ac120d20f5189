import type { FieldSchema, SchemaManifest } from '../../../protobuf/message/schema-manifest'
import type { JsonSchema } from './json-schema'
import { ref } from './json-schema'

const TIMESTAMP = 'google.protobuf.Timestamp'
const LONG = /^(u|s)?int64$|^s?fixed64$/
const INTEGER = /^(u|s)?int32$|^s?fixed32$/

/**
 * A message and those below it in protobuf's JSON form, by full name (https://protobuf.dev/programming-guides/json/).
 * Nothing is required: default values are omitted, and `select` omits more.
 */
export function dataSchemas(
  fullName: string,
  manifest: SchemaManifest,
  known: Readonly<Record<string, JsonSchema>> = {},
): Readonly<Record<string, JsonSchema>> {
  if (known[fullName] !== undefined || fullName === TIMESTAMP) return known
  const fields = manifest.messages[fullName]?.fields ?? []
  const properties = Object.fromEntries(
    fields.map((field) => [field.name, fieldSchema(field, manifest)]),
  )
  let all: Readonly<Record<string, JsonSchema>> = {
    ...known,
    [fullName]: { type: 'object', properties, additionalProperties: false },
  }
  for (const { type, of = '' } of fields) {
    if (type === 'message') all = dataSchemas(of, manifest, all)
  }
  return all
}

function fieldSchema(field: FieldSchema, manifest: SchemaManifest): JsonSchema {
  const one = valueSchema(field, manifest)
  if (field.key !== undefined) return { type: 'object', additionalProperties: one }
  return field.repeated === true ? { type: 'array', items: one } : one
}

function valueSchema({ type, of = '' }: FieldSchema, { enums }: SchemaManifest): JsonSchema {
  if (of === TIMESTAMP) return { type: 'string', format: 'date-time' }
  if (type === 'message') return ref(of)
  if (type === 'enum') {
    // A value without a name is a number.
    return { anyOf: [{ enum: Object.values(enums[of] ?? {}) }, { type: 'integer' }] }
  }
  if (type === 'bool') return { type: 'boolean' }
  if (type === 'bytes') return { type: 'string', contentEncoding: 'base64' }
  if (LONG.test(type)) return { type: 'string', pattern: '^-?[0-9]+$' }
  if (INTEGER.test(type)) return { type: 'integer' }
  if (type === 'double' || type === 'float') {
    return { anyOf: [{ type: 'number' }, { enum: ['NaN', 'Infinity', '-Infinity', '-0'] }] }
  }
  return { type: 'string' }
}
