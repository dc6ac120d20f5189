/** A schema as a registry takes it. */
export interface Schema {
  readonly text: string
  readonly references: readonly SchemaReference[]
}

/** Where the registry finds what `text` imports as `name`. */
export interface SchemaReference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

export interface RegisteredSchema {
  /** What is written in front of every message. */
  readonly id: number
  /** Counts within the subject, from 1. */
  readonly version: number
}

/**
 * What the rest of wire/ needs from a schema registry. Every method throws FactsError REGISTRY_UNAVAILABLE when the
 * registry does not answer or answers that it cannot now, and SCHEMA_REFUSED when it refuses.
 */
export interface SchemaStore {
  /** What exactly this schema is registered as under the subject; undefined when it is not. Changes nothing. */
  find(subject: string, schema: Schema): Promise<RegisteredSchema | undefined>
  /** Registers under the subject, checked for backward compatibility with what is there. Idempotent. */
  register(subject: string, schema: Schema): Promise<RegisteredSchema>
  /** Text of the schema with this id; undefined when the registry knows none. */
  textOf(id: number): Promise<string | undefined>
}
