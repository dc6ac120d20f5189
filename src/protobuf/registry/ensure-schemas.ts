import { FactsError } from '../../errors'
import type { SchemaManifest } from '../message/schema-manifest'
import type { RegisteredSchema, Schema, SchemaReference, SchemaStore } from './schema-store'

/** Subject of a topic's values: TopicNameStrategy, the default of every Confluent serializer. */
export const valueSubject = (topic: string): string => `${topic}-value`

export interface TopicSchema {
  readonly topic: string
  /** Full name of the message on it. */
  readonly message: string
}

/**
 * Registers the imports of the messages, each file under its import name, and then each topic's value subject.
 * Idempotent; returns the schema ids by topic. Throws SCHEMA_REFUSED or REGISTRY_UNAVAILABLE.
 */
export async function ensureSchemas(
  manifest: SchemaManifest,
  topics: readonly TopicSchema[],
  store: SchemaStore,
): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>()
  for (const topic of topics) {
    const registered = await visitSchemas(manifest, topic, (subject, schema) =>
      store.register(subject, schema),
    )
    ids.set(topic.topic, registered.id)
  }
  return ids
}

/** Id of a topic's registered schema. Read-only: throws SCHEMA_UNKNOWN when it is not registered. */
export async function findSchemaId(
  manifest: SchemaManifest,
  schema: TopicSchema,
  store: SchemaStore,
): Promise<number> {
  const { topic, message } = schema
  const { id } = await visitSchemas(manifest, schema, async (subject, wanted) => {
    const found = await store.find(subject, wanted)
    if (found !== undefined) return found
    throw new FactsError(
      'SCHEMA_UNKNOWN',
      `The schema of ${message} is not registered under subject ${subject} as this program has it. Register the schemas first: facts provision.`,
      { topic },
    )
  })
  return id
}

type Visit = (subject: string, schema: Schema) => Promise<RegisteredSchema>

/** Visits the imports of a topic's message before the files that import them, each file once, and its own file last. */
export async function visitSchemas(
  manifest: SchemaManifest,
  { topic, message }: TopicSchema,
  visit: Visit,
): Promise<RegisteredSchema> {
  const known = new Map<string, RegisteredSchema>()
  const visitFile = async (name: string, under: string): Promise<RegisteredSchema> => {
    const { text, imports } = manifest.files[name] ?? missing(name)
    const references: SchemaReference[] = []
    for (const imported of imports) {
      const registered = known.get(imported) ?? (await visitFile(imported, imported))
      known.set(imported, registered)
      references.push({ name: imported, subject: imported, version: registered.version })
    }
    return visit(under, { text, references })
  }
  return visitFile(fileOf(manifest, message), valueSubject(topic))
}

const fileOf = (manifest: SchemaManifest, message: string): string =>
  (manifest.messages[message] ?? missing(message)).file

function missing(name: string): never {
  throw new FactsError(
    'SCHEMA_UNKNOWN',
    `${name} is not in the generated schemas. Add it to proto/ and generate again.`,
  )
}
