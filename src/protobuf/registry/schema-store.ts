/** A schema to register. */
export interface Schema {
  readonly text: string
  readonly references: readonly SchemaReference[]
}

/** Subject and version of the schema that `text` imports as `name`. */
export interface SchemaReference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

export interface RegisteredSchema {
  /** Schema id, part of the prefix of every message. */
  readonly id: number
  /** Version within the subject, from 1. */
  readonly version: number
}

/**
 * A schema registry. Every method throws FactsError REGISTRY_UNAVAILABLE when the registry does not respond or is
 * temporarily unable to, and SCHEMA_REFUSED when it rejects the request.
 */
export interface SchemaStore {
  /** The registration of exactly this schema under the subject; undefined when it is not registered. Read-only. */
  find(subject: string, schema: Schema): Promise<RegisteredSchema | undefined>
  /** Registers the schema under the subject, checked for backward compatibility with earlier versions. Idempotent. */
  register(subject: string, schema: Schema): Promise<RegisteredSchema>
  /** Text of the schema with this id; undefined when there is none. */
  textOf(id: number): Promise<string | undefined>
}
