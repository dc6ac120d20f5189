import { schemas } from '../../src/wildapp/gen/schemas'
import { ensureSchemas, findSchemaId } from '../../src/protobuf/registry/ensure-schemas'
import type { SchemaManifest } from '../../src/protobuf/message/schema-manifest'
import { MemorySchemaStore } from '../../src/testing/memory-schema-store'

const HEADER = 'facts/v1/header.proto'
const PRIMARY = 'wildapp/primary/v1/primary.proto'
const topic = { topic: 'wildapp.primary.facts', message: 'wildapp.primary.v1.Primary' }

const changed = (file: string): SchemaManifest => ({
  ...schemas,
  files: {
    ...schemas.files,
    [file]: { ...schemas.files[file]!, text: `${schemas.files[file]!.text}// changed\n` },
  },
})

describe('registering the schemas', () => {
  test('registers what is imported first, under its import name, then the value subject of the topic', async () => {
    const store = new MemorySchemaStore()
    const ids = await ensureSchemas(schemas, [topic], store)
    expect(store.registrations).toEqual([HEADER, 'wildapp.primary.facts-value'])
    expect([...ids]).toEqual([['wildapp.primary.facts', 2]])
  })

  test('refers to imports by subject and version, and leaves google/protobuf out', async () => {
    const store = new MemorySchemaStore()
    const register = jest.spyOn(store, 'register')
    await ensureSchemas(schemas, [topic], store)
    expect(register).toHaveBeenCalledWith('wildapp.primary.facts-value', {
      text: schemas.files[PRIMARY]!.text,
      references: [{ name: HEADER, subject: HEADER, version: 1 }],
    })
  })

  test('changes nothing when everything is registered', async () => {
    const store = new MemorySchemaStore()
    const first = await ensureSchemas(schemas, [topic], store)
    store.registrations.length = 0
    expect(await ensureSchemas(schemas, [topic], store)).toEqual(first)
    expect(store.registrations).toEqual([])
  })

  test('registers the importing file again when an import has a new version', async () => {
    const store = new MemorySchemaStore()
    await ensureSchemas(schemas, [topic], store)
    store.registrations.length = 0
    await ensureSchemas(changed(HEADER), [topic], store)
    expect(store.registrations).toEqual([HEADER, 'wildapp.primary.facts-value'])
  })

  test('registers an import that two files share once', async () => {
    const files = {
      'a.proto': { text: 'a', imports: ['b.proto', 'c.proto'] },
      'b.proto': { text: 'b', imports: ['d.proto'] },
      'c.proto': { text: 'c', imports: ['d.proto'] },
      'd.proto': { text: 'd', imports: [] },
    }
    const messages = { A: { file: 'a.proto', indexes: [0], fields: [] } }
    const store = new MemorySchemaStore()
    const register = jest.spyOn(store, 'register')
    await ensureSchemas({ files, messages, enums: {} }, [{ topic: 't', message: 'A' }], store)
    expect(store.registrations).toEqual(['d.proto', 'b.proto', 'c.proto', 't-value'])
    expect(register.mock.calls.filter(([subject]) => subject === 'd.proto')).toHaveLength(1)
  })

  test('refuses a message that is not generated', async () => {
    const attempt = ensureSchemas(
      schemas,
      [{ topic: 't', message: 'no.Such' }],
      new MemorySchemaStore(),
    )
    await expect(attempt).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' })
  })
})

describe('looking a schema up', () => {
  test('gives the id it is registered as', async () => {
    const store = new MemorySchemaStore()
    const ids = await ensureSchemas(schemas, [topic], store)
    expect(await findSchemaId(schemas, topic, store)).toBe(ids.get(topic.topic))
  })

  test('registers nothing, and says how to when it is missing', async () => {
    const store = new MemorySchemaStore()
    const attempt = findSchemaId(schemas, topic, store)
    await expect(attempt).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN', remedy: 'halt' })
    await expect(attempt).rejects.toThrow('facts provision')
    expect(store.registrations).toEqual([])
  })

  test('does not take another version of the schema for this one', async () => {
    const store = new MemorySchemaStore()
    await ensureSchemas(changed(PRIMARY), [topic], store)
    await expect(findSchemaId(schemas, topic, store)).rejects.toMatchObject({
      code: 'SCHEMA_UNKNOWN',
    })
  })
})
