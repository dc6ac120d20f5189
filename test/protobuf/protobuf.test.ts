import { facts } from '../../src/gen/messages'
import { wildapp } from '../../src/wildapp/gen/messages'
import { schemas } from '../../src/wildapp/gen/schemas'
import { ensureSchemas } from '../../src/protobuf/registry/ensure-schemas'
import { framePrinter } from '../../src/protobuf/serde/frame-printer'
import type { ProtobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { MemorySchemaStore } from '../../src/testing/memory-schema-store'
import { encodeFrame } from '../support/encode-frame'

const { Primary, Secondary } = wildapp.primary.v1
type Primary = wildapp.primary.v1.Primary

const TOPIC = 'wildapp.primary.facts'
const FILE = 'wildapp/primary/v1/primary.proto'
/** A version of the file in which Primary is not the first message. */
const REORDERED = schemas.files[FILE]!.text.replace(
  'message Primary',
  'message Early {}\n\nmessage Primary',
)

describe('the protobuf serde', () => {
  let store: MemorySchemaStore
  let serde: ProtobufSerde<Primary>

  beforeEach(async () => {
    store = new MemorySchemaStore()
    await ensureSchemas(schemas, [{ topic: TOPIC, message: 'wildapp.primary.v1.Primary' }], store)
    serde = protobufSerde({ topic: TOPIC, type: Primary, schemas, store })
    await serde.prepare()
  })

  const later = async (): Promise<number> => {
    const references = [
      { name: 'facts/v1/header.proto', subject: 'facts/v1/header.proto', version: 1 },
    ]
    return (await store.register(`${TOPIC}-value`, { text: REORDERED, references })).id
  }

  test('writes frame and message as one value', () => {
    expect(serde.serialize({ id: 5n }).toString('hex')).toBe('0000000002001005')
  })

  test('reads what it wrote', () => {
    const value = { id: 2n ** 63n - 1n, title: 'Zürich', labels: ['a'], secondaryId: null }
    expect(serde.deserialize(serde.serialize(value))).toMatchObject(value)
  })

  test('writes every message for itself', () => {
    const values = Array.from({ length: 5000 }, (_, index) =>
      serde.serialize({ id: BigInt(index) }),
    )
    expect(values.map((value) => serde.deserialize(value).id)).toEqual(
      Array.from({ length: 5000 }, (_, index) => BigInt(index)),
    )
  })

  test('asks the registry once, however often it is prepared', async () => {
    const find = jest.spyOn(store, 'find')
    await serde.prepare()
    expect(find).not.toHaveBeenCalled()
  })

  test('does not prepare when the schema is not registered', async () => {
    const elsewhere = protobufSerde({ topic: 'other', type: Primary, schemas, store })
    await expect(elsewhere.prepare()).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' })
  })

  test('does not write before it is prepared', () => {
    const fresh = protobufSerde({ topic: TOPIC, type: Primary, schemas, store })
    expect(() => fresh.serialize({})).toThrow('was not prepared')
  })

  test.each<readonly [string, object]>([
    ['title: expected string, found 5', { title: 5 }],
    ['id: expected int64, found 9223372036854775808', { id: 2n ** 63n }],
    ['header.source.lsn: expected uint64, found -1', { header: { source: { lsn: -1n } } }],
    ['secondary.tags: expected string, found 7', { secondary: { tags: ['a', 7] } }],
  ])('says which field does not fit: %s', (message, value) => {
    expect(() => serde.serialize(value as Partial<Primary>)).toThrow(message)
    expect(() => serde.serialize(value as Partial<Primary>)).toThrow(
      expect.objectContaining({ code: 'ENCODE_FAILED', remedy: 'skip' }) as Error,
    )
  })

  test('writes the next message cleanly after one that did not fit', () => {
    expect(() => serde.serialize({ id: 1n, header: { id: 5 } as never })).toThrow()
    expect(serde.serialize({ id: 5n }).toString('hex')).toBe('0000000002001005')
  })

  test('reads a message that another version of the file has in another place', async () => {
    const value = encodeFrame({
      schemaId: await later(),
      indexes: [1],
      payload: Primary.encode({ id: 5n }).finish(),
    })
    await serde.prepareFor([value])
    expect(serde.deserialize(value).id).toBe(5n)
  })

  test('reads each writer’s schema once', async () => {
    const value = encodeFrame({ schemaId: await later(), indexes: [1], payload: Buffer.alloc(0) })
    store.reads.length = 0
    await serde.prepareFor([value, null, value, Buffer.from('not framed')])
    await serde.prepareFor([value])
    expect(store.reads).toEqual([3])
  })

  test('does not take another message of the file for its own', async () => {
    const value = encodeFrame({
      schemaId: 2,
      indexes: [1],
      payload: Secondary.encode({ id: 5n }).finish(),
    })
    await serde.prepareFor([value])
    expect(() => serde.deserialize(value)).toThrow(
      'Expected a wildapp.primary.v1.Primary, found a wildapp.primary.v1.Secondary',
    )
  })

  test.each([
    ['an id that was not prepared', 77, 'schema 77 was not prepared', false],
    ['an id that the registry does not have', 77, 'the registry has no schema 77', true],
  ])('refuses %s', async (_, schemaId, why, prepared) => {
    const value = encodeFrame({ schemaId, indexes: [0], payload: Buffer.alloc(0) })
    if (prepared) await serde.prepareFor([value])
    expect(() => serde.deserialize(value)).toThrow(why)
    expect(() => serde.deserialize(value)).toThrow(
      expect.objectContaining({ code: 'FRAME_INVALID' }) as Error,
    )
  })

  test('refuses a message that the schema does not have, a schema that is not protobuf, and damaged bytes', async () => {
    const { id } = await store.register('avro', { text: '{"type": "record"}', references: [] })
    const values = [
      encodeFrame({ schemaId: 2, indexes: [9], payload: Buffer.alloc(0) }),
      encodeFrame({ schemaId: id, indexes: [0], payload: Buffer.alloc(0) }),
      encodeFrame({ schemaId: 2, indexes: [0], payload: Buffer.from('0aff', 'hex') }),
    ]
    await serde.prepareFor(values)
    const errors = values.map((value) => {
      try {
        return serde.deserialize(value)
      } catch (error) {
        return error
      }
    })
    expect(errors).toEqual(
      values.map(() => expect.objectContaining({ code: 'FRAME_INVALID' }) as unknown),
    )
  })
})

describe('the frame printer', () => {
  test('prints the messages it was given, by whichever index they were written', async () => {
    const store = new MemorySchemaStore()
    await ensureSchemas(schemas, [{ topic: TOPIC, message: 'wildapp.primary.v1.Primary' }], store)
    const printer = framePrinter({ types: [Primary, Secondary], schemas, store })
    const primary = encodeFrame({
      schemaId: 2,
      indexes: [0],
      payload: Primary.encode({
        id: 5n,
        header: { kind: facts.v1.Kind.KIND_DELETED } as never,
      }).finish(),
    })
    const secondary = encodeFrame({
      schemaId: 2,
      indexes: [1],
      payload: Secondary.encode({ name: 'x' }).finish(),
    })
    const tertiary = encodeFrame({ schemaId: 2, indexes: [2], payload: Buffer.alloc(0) })
    await printer.prepareFor([primary, secondary, tertiary])
    expect(printer.print(primary)).toBe('{"header":{"kind":"KIND_DELETED"},"id":"5"}')
    expect(printer.print(secondary)).toBe('{"name":"x"}')
    expect(() => printer.print(tertiary)).toThrow('wildapp.primary.v1.Tertiary is not one of')
  })
})
