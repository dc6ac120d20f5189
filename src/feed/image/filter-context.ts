import type { FieldSchema, SchemaManifest } from '../../protobuf/message/schema-manifest'
import { TIMESTAMP, isInteger } from './value-type'

/** A fact's fields as variables of filters, by JSON name, without absent ones. */
export type FilterContext = Readonly<Record<string, unknown>>

/**
 * The message with enums by name, whole numbers as bigint, Timestamps as nanoseconds since 1970; see `fieldType` for the
 * types.
 */
export function filterContext(
  message: object,
  fullName: string,
  schemas: SchemaManifest,
): FilterContext {
  const context: Record<string, unknown> = {}
  for (const field of schemas.messages[fullName]?.fields ?? []) {
    const value = (message as Readonly<Record<string, unknown>>)[field.name]
    if (value === null || value === undefined) continue
    context[field.name] = contextValue(value, field, schemas)
  }
  return context
}

function contextValue(value: unknown, field: FieldSchema, schemas: SchemaManifest): unknown {
  if (field.key !== undefined) {
    return new Map(
      Object.entries(value as object).map(([key, one]) => [key, single(one, field, schemas)]),
    )
  }
  if (field.repeated === true) {
    const values = value as readonly unknown[]
    // Not converted: a list may be as long as the fact is large.
    if (field.type === 'string') return values
    return values.map((one) => single(one, field, schemas))
  }
  return single(value, field, schemas)
}

function single(value: unknown, { type, of = '' }: FieldSchema, schemas: SchemaManifest): unknown {
  if (type === 'enum') return schemas.enums[of]?.[value as number] ?? String(value)
  if (type === 'message') {
    return of === TIMESTAMP
      ? nanoseconds(value as Timestamp)
      : filterContext(value as object, of, schemas)
  }
  return isInteger(type) ? BigInt(value as bigint | number) : value
}

interface Timestamp {
  readonly seconds: bigint
  readonly nanos: number
}

const nanoseconds = ({ seconds, nanos }: Timestamp): bigint =>
  seconds * 1_000_000_000n + BigInt(nanos)
