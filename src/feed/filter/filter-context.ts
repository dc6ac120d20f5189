import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import type { FieldSchema, SchemaManifest } from '../../wire/schema-manifest'

/** A fact's fields as CEL values, by JSON name; absent ones are left out. */
export type FilterContext = Readonly<Record<string, unknown>>

export const TIMESTAMP = 'google.protobuf.Timestamp'

/** The message as CEL sees it; see `filterType` for the types. */
export function filterContext(
  message: object,
  fullName: string,
  schemas: SchemaManifest,
): FilterContext {
  const context: Record<string, unknown> = {}
  for (const field of schemas.messages[fullName]?.fields ?? []) {
    const value = (message as Readonly<Record<string, unknown>>)[field.name]
    if (value === null || value === undefined) continue
    context[field.name] = celValue(value, field, schemas)
  }
  return context
}

function celValue(value: unknown, field: FieldSchema, schemas: SchemaManifest): unknown {
  if (field.key !== undefined) {
    return new Map(
      Object.entries(value as object).map(([key, one]) => [key, single(one, field, schemas)]),
    )
  }
  if (field.repeated === true) {
    return (value as readonly unknown[]).map((one) => single(one, field, schemas))
  }
  return single(value, field, schemas)
}

function single(value: unknown, { type, of = '' }: FieldSchema, schemas: SchemaManifest): unknown {
  if (type === 'enum') return schemas.enums[of]?.[value as number] ?? String(value)
  if (type === 'message')
    return of === TIMESTAMP ? date(value as Timestamp) : filterContext(value as object, of, schemas)
  if (UNSIGNED.has(type)) return new UnsignedInt(BigInt(value as bigint | number))
  return SIGNED.has(type) ? BigInt(value as bigint | number) : value
}

export const SIGNED: ReadonlySet<string> = new Set([
  ...['int32', 'int64', 'sint32', 'sint64', 'sfixed32', 'sfixed64'],
])
export const UNSIGNED: ReadonlySet<string> = new Set(['uint32', 'uint64', 'fixed32', 'fixed64'])

interface Timestamp {
  readonly seconds: bigint
  readonly nanos: number
}

/** CEL's timestamps are of milliseconds here. */
const date = ({ seconds, nanos }: Timestamp): Date =>
  new Date(Number(seconds) * 1000 + Math.trunc(nanos / 1_000_000))
