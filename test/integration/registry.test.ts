import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { checkRegistry } from '../../src/cli/doctor/check-registry'
import type { Finding } from '../../src/dev-stack/machine/finding'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import { decodeFrame } from '../../src/protobuf/framing/confluent'
import { ensureSchemas, findSchemaId } from '../../src/protobuf/registry/ensure-schemas'
import { framePrinter } from '../../src/protobuf/serde/frame-printer'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { SchemaRegistry } from '../../src/protobuf/registry/registry'
import { unregisteredSchema } from '../../src/protobuf/registry/unregistered-schema'
import type { SchemaManifest } from '../../src/protobuf/message/schema-manifest'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'

jest.setTimeout(180_000)

const { Primary } = wildapp.primary.v1
const MESSAGE = 'wildapp.primary.v1.Primary'
const FILE = 'wildapp/primary/v1/primary.proto'

/** The schemas with the first occurrence of `before` in Primary's file changed. */
function changed(before: string, after: string): SchemaManifest {
  const file = schemas.files[FILE]!
  const text = file.text.replace(before, after)
  return { ...schemas, files: { ...schemas.files, [FILE]: { ...file, text } } }
}

describe('the real registry', () => {
  let stack: TestStack
  let store: SchemaRegistry
  let topics = 0
  const fresh = (): { readonly topic: string; readonly message: string } => ({
    topic: `facts-${++topics}`,
    message: MESSAGE,
  })

  beforeAll(async () => {
    stack = await startTestStack({ services: ['registry'] })
    store = new SchemaRegistry({ url: stack.endpoints.registry.url })
  })
  afterAll(() => stack.stop())

  test('keeps one id for one schema, however often it is registered', async () => {
    const topic = fresh()
    await expect(findSchemaId(schemas, topic, store)).rejects.toMatchObject({
      code: 'SCHEMA_UNKNOWN',
    })
    const id = (await ensureSchemas(schemas, [topic], store)).get(topic.topic)
    expect((await ensureSchemas(schemas, [topic], store)).get(topic.topic)).toBe(id)
    expect(await findSchemaId(schemas, topic, store)).toBe(id)
    expect(await store.textOf(id!)).toBe(schemas.files[FILE]!.text)
  })

  test('refuses a schema that readers of the old one could not read, from the second version on', async () => {
    const topic = fresh()
    await ensureSchemas(schemas, [topic], store)
    const attempt = ensureSchemas(changed('int64 id = 2;', 'string id = 2;'), [topic], store)
    await expect(attempt).rejects.toMatchObject({ code: 'SCHEMA_REFUSED', remedy: 'halt' })
    await expect(attempt).rejects.toThrow(`subject ${topic.topic}-value`)
  })

  test('takes an added field as a new version', async () => {
    const topic = fresh()
    const first = await ensureSchemas(schemas, [topic], store)
    const more = changed('secondary = 22;', 'secondary = 22;\n  string extra = 23;')
    const second = await ensureSchemas(more, [topic], store)
    expect(second.get(topic.topic)).not.toBe(first.get(topic.topic))
  })

  test('says before anything is registered whether it would take it', async () => {
    const topic = fresh()
    const subject = `${topic.topic}-value`
    const asked = (manifest: SchemaManifest): ReturnType<typeof unregisteredSchema> =>
      unregisteredSchema(manifest, topic, store)
    // The topic's own subject, or one that it imports: nothing is there yet that it could contradict.
    await expect(asked(schemas)).resolves.toMatchObject({ isCompatible: true })
    await ensureSchemas(schemas, [topic], store)
    await expect(asked(schemas)).resolves.toBeUndefined()
    const more = changed('secondary = 22;', 'secondary = 22;\n  string extra = 23;')
    await expect(asked(more)).resolves.toEqual({ subject, isCompatible: true })
    const other = changed('int64 id = 2;', 'string id = 2;')
    await expect(asked(other)).resolves.toEqual({ subject, isCompatible: false })
    await expect(asked(schemas)).resolves.toBeUndefined()
  })

  test('refuses what is not protobuf', async () => {
    const attempt = store.register('broken', {
      text: 'syntax = "proto3"; message {',
      references: [],
    })
    await expect(attempt).rejects.toMatchObject({ code: 'SCHEMA_REFUSED' })
  })

  test('keeps old facts readable again once the command that doctor names was run', async () => {
    const { url } = stack.endpoints.registry
    const topic = fresh()
    await ensureSchemas(schemas, [topic], store)
    const subject = `${topic.topic}-value`
    await fetch(`${url}/config/${subject}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compatibility: 'NONE' }),
    })
    const found = async (): Promise<Finding | undefined> => (await checkRegistry({ url }))[1]
    const finding = await found()
    expect(finding).toMatchObject({ status: 'warn' })
    expect(finding?.detail).toContain(`${subject} NONE`)
    const [command = ''] = /curl .*(?=\.$)/.exec(finding?.remedy ?? '') ?? []
    await promisify(execFile)('sh', ['-c', `${command.replace('<subject>', subject)} -sSf`])
    expect((await found())?.detail).toContain(`${subject} BACKWARD`)
  })

  test('knows no other ids', async () => {
    expect(await store.textOf(999_999)).toBeUndefined()
  })

  test('is enough for a stranger to print what the serde wrote', async () => {
    const topic = fresh()
    const ids = await ensureSchemas(schemas, [topic], store)
    const serde = protobufSerde({ topic: topic.topic, type: Primary, schemas, store })
    await serde.prepare()
    const value = serde.serialize({ id: 2n ** 60n, title: 'Zürich' })
    expect(decodeFrame(value).schemaId).toBe(ids.get(topic.topic))
    const printer = framePrinter({ types: [Primary], schemas, store })
    await printer.prepareFor([value])
    expect(printer.print(value)).toBe('{"id":"1152921504606846976","title":"Zürich"}')
  })
})
