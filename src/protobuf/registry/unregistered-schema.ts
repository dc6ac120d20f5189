import type { TopicSchema } from './ensure-schemas'
import { visitSchemas } from './ensure-schemas'
import type { SchemaManifest } from '../message/schema-manifest'
import type { Schema, SchemaStore } from './schema-store'

/** A schema that the registry does not have as this program has it. */
export interface UnregisteredSchema {
  readonly subject: string
  /** Whether the registry would accept it as the next version of the subject. */
  readonly isCompatible: boolean
}

export interface AskedStore extends Pick<SchemaStore, 'find'> {
  readonly isCompatible: (subject: string, schema: Schema) => Promise<boolean>
}

class Unregistered extends Error {
  constructor(readonly schema: UnregisteredSchema) {
    super(schema.subject)
  }
}

/**
 * The first schema that is not registered, of a topic or of the imports of its message; undefined when all are. Read-only.
 * Throws REGISTRY_UNAVAILABLE or SCHEMA_REFUSED.
 */
export async function unregisteredSchema(
  manifest: SchemaManifest,
  topic: TopicSchema,
  store: AskedStore,
): Promise<UnregisteredSchema | undefined> {
  try {
    await visitSchemas(manifest, topic, async (subject, schema) => {
      const found = await store.find(subject, schema)
      if (found !== undefined) return found
      // A schema that imports it cannot be checked before it has a version.
      throw new Unregistered({ subject, isCompatible: await store.isCompatible(subject, schema) })
    })
    return undefined
  } catch (error) {
    if (error instanceof Unregistered) return error.schema
    throw error
  }
}
