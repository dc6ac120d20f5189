import type {
  FieldSchema,
  MessageSchema,
  SchemaManifest,
} from '../../protobuf/message/schema-manifest'

export type ScalarKind =
  'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration'

/** Type of an expression of a filter. `nothing` is the element type of an empty list. */
export type ValueType =
  | { readonly kind: ScalarKind | 'null' | 'nothing' }
  | { readonly kind: 'list' | 'map'; readonly of: ValueType }
  | { readonly kind: 'message'; readonly of: string }

/** The possible values of a field; of a list, of its elements. */
export interface Domain {
  /** The enum, or the integer type. */
  readonly of: string
  /** All of them, where they are few. */
  readonly values?: readonly unknown[]
  readonly least?: bigint
  readonly most?: bigint
}

export const TIMESTAMP = 'google.protobuf.Timestamp'

const signed = (of: string, bits: bigint): Domain => ({
  of,
  least: -(2n ** (bits - 1n)),
  most: 2n ** (bits - 1n) - 1n,
})
const unsigned = (of: string, bits: bigint): Domain => ({ of, least: 0n, most: 2n ** bits - 1n })

const SIGNED: ReadonlyMap<string, Domain> = new Map([
  ...['int32', 'sint32', 'sfixed32'].map((type) => [type, signed(type, 32n)] as const),
  ...['int64', 'sint64', 'sfixed64'].map((type) => [type, signed(type, 64n)] as const),
])
const UNSIGNED: ReadonlyMap<string, Domain> = new Map([
  ...['uint32', 'fixed32'].map((type) => [type, unsigned(type, 32n)] as const),
  ...['uint64', 'fixed64'].map((type) => [type, unsigned(type, 64n)] as const),
])

export const isInteger = (type: string): boolean => SIGNED.has(type) || UNSIGNED.has(type)

export function fieldType(field: FieldSchema): ValueType {
  const one = singleType(field)
  if (field.key !== undefined) return { kind: 'map', of: one }
  return field.repeated === true ? { kind: 'list', of: one } : one
}

export function fieldDomain(
  { type, of = '' }: FieldSchema,
  schemas: SchemaManifest,
): Domain | undefined {
  if (type !== 'enum') return SIGNED.get(type) ?? UNSIGNED.get(type)
  return { of, values: Object.values(schemas.enums[of] ?? {}) }
}

export const fieldsOf = (message: string, schemas: SchemaManifest): MessageSchema['fields'] =>
  schemas.messages[message]?.fields ?? []

/** The type's name, for messages. */
export function typeName(type: ValueType): string {
  if (type.kind === 'list' || type.kind === 'map') return `${type.kind} of ${typeName(type.of)}`
  return type.kind === 'message' ? 'message' : type.kind
}

function singleType({ type, of = '' }: FieldSchema): ValueType {
  if (type === 'message') return of === TIMESTAMP ? { kind: 'timestamp' } : { kind: 'message', of }
  if (type === 'enum') return { kind: 'string' }
  if (SIGNED.has(type)) return { kind: 'int' }
  if (UNSIGNED.has(type)) return { kind: 'uint' }
  if (type === 'bool' || type === 'string' || type === 'bytes') return { kind: type }
  return { kind: 'double' }
}
