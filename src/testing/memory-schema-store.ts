import type { RegisteredSchema, Schema, SchemaStore } from '../protobuf/registry/schema-store'

/** A registry in memory that accepts every schema, with ids from 1 across subjects, and records what was registered. */
export class MemorySchemaStore implements SchemaStore {
  readonly registrations: string[] = []
  /** Ids that were read, in order. */
  readonly reads: number[] = []
  private readonly subjects = new Map<string, Schema[]>()
  private readonly texts: string[] = []

  find(subject: string, schema: Schema): Promise<RegisteredSchema | undefined> {
    const versions = this.subjects.get(subject) ?? []
    const index = versions.findIndex((one) => JSON.stringify(one) === JSON.stringify(schema))
    const id = this.texts.indexOf(schema.text) + 1
    return Promise.resolve(index < 0 ? undefined : { id, version: index + 1 })
  }

  async register(subject: string, schema: Schema): Promise<RegisteredSchema> {
    const found = await this.find(subject, schema)
    if (found !== undefined) return found
    this.registrations.push(subject)
    this.subjects.set(subject, [...(this.subjects.get(subject) ?? []), schema])
    if (!this.texts.includes(schema.text)) this.texts.push(schema.text)
    const registered = await this.find(subject, schema)
    if (registered === undefined) throw new Error('it was registered just now')
    return registered
  }

  textOf(id: number): Promise<string | undefined> {
    this.reads.push(id)
    return Promise.resolve(this.texts[id - 1])
  }
}
