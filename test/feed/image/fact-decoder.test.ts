import { FactDecoder } from '../../../src/feed/image/fact-decoder'
import { facts } from '../../../src/gen/messages'
import { wildapp } from '../../../src/wildapp/gen/messages'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { MemorySchemaStore } from '../../../src/testing/memory-schema-store'
import { ensureSchemas } from '../../../src/protobuf/registry/ensure-schemas'
import { protobufSerde } from '../../../src/protobuf/serde/protobuf-serde'

const { Primary } = wildapp.primary.v1
const { Kind } = facts.v1
const header: facts.v1.Header = {
  id: 'a/1@5',
  kind: Kind.KIND_DELETED,
  subject: '1',
  revision: 5n,
  unavailable: [],
  time: { seconds: 1_795_000_000n, nanos: 5_000 },
  source: null,
  movedFrom: '',
  movedTo: '',
}

describe('the decoder of facts', () => {
  let decoder: FactDecoder
  let fact: Buffer
  beforeAll(async () => {
    const store = new MemorySchemaStore()
    await ensureSchemas(schemas, [{ topic: 't', message: 'wildapp.primary.v1.Primary' }], store)
    decoder = new FactDecoder(Primary, schemas, store)
    const serde = protobufSerde({ topic: 't', type: Primary, schemas, store })
    await serde.prepare()
    fact = Buffer.from(serde.serialize({ header, id: 1n, title: 'a' }))
    await decoder.prepareFor([fact])
  })

  test('tells the same of a fact, however much of it is looked at', () => {
    const [whole, lazy] = [decoder.decode(fact), decoder.decodeLazily(fact)]
    for (const image of [whole, lazy]) {
      expect([image?.isDelete, image?.time]).toEqual([true, '2026-11-18T11:06:40.000005Z'])
      expect(image?.json).toMatchObject({ id: '1', title: 'a', header: { subject: '1' } })
      expect(image?.context).toMatchObject({ id: 1n, title: 'a' })
    }
    expect(lazy?.text).toBe(whole?.text)
  })

  test('takes what is damaged for no fact, and as a fact before another one for one without fields', () => {
    const damaged = Buffer.concat([fact.subarray(0, fact.length - 1), Buffer.of(0xff)])
    const cut = fact.subarray(0, fact.length - 1)
    expect([decoder.decode(cut), decoder.decode(Buffer.from('nothing'))]).toEqual([
      undefined,
      undefined,
    ])
    expect(decoder.decode(damaged)).toBeUndefined()
    expect(decoder.decodeLazily(cut)).toMatchObject({ isDelete: true, json: {}, context: {} })
  })

  test('takes a message without a header for no fact', async () => {
    const store = new MemorySchemaStore()
    await ensureSchemas(schemas, [{ topic: 't', message: 'wildapp.primary.v1.Primary' }], store)
    const serde = protobufSerde({ topic: 't', type: Primary, schemas, store })
    await serde.prepare()
    const bare = Buffer.from(serde.serialize({ id: 1n, title: 'a' }))
    expect([decoder.decode(bare), decoder.decodeLazily(bare)]).toEqual([undefined, undefined])
  })
})
