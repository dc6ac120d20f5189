import type { TopicSchema } from './ensure-schemas'
import { visitSchemas } from './ensure-schemas'
import type { SchemaManifest } from '../message/schema-manifest'
import type { Schema, SchemaStore } from './schema-store'

/** A schema that the registry does not have as this program has it. */
export interface UnregisteredSchema {
  readonly subject: string
  /** Whether the registry would take it beside what it has under the subject. */
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
 * The first schema of a topic, or of what its message imports, that is not registered; undefined when all are. Registers
 * nothing. Throws REGISTRY_UNAVAILABLE or SCHEMA_REFUSED.
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
      // What imports it cannot be asked about before it has a version.
      throw new Unregistered({ subject, isCompatible: await store.isCompatible(subject, schema) })
    })
    return undefined
  } catch (error) {
    if (error instanceof Unregistered) return error.schema
    throw error
  }
}
