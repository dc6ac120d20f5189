import { bigint, text } from '../../../src/table/columns'
import { defineTable } from '../../../src/table/table'
import { compile } from '../../../src/fact/compile/compile'
import type { Fact } from '../../../src/fact/declare/define-fact'
import { defineFact } from '../../../src/fact/declare/define-fact'
import { factTopic } from '../../../src/fact/declare/fact-topic'
import { lookup } from '../../../src/fact/declare/lookup'
import { wildapp } from '../../../src/wildapp/gen/messages'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { MemorySchemaStore } from '../../../src/testing/memory-schema-store'
import { protobufSerde } from '../../../src/protobuf/serde/protobuf-serde'

const docs = defineTable({
  topic: 'm.public.doc',
  key: { id: bigint() },
  columns: { customer: bigint().nullable() },
})
const others = defineTable({ topic: 'm.public.other', key: { id: bigint() }, columns: {} })
const CUSTOMERS = 'm.public.customer'
const byName = defineTable({
  topic: CUSTOMERS,
  key: { id: bigint() },
  columns: { name: text(), parent: bigint().nullable() },
})
const byEmail = defineTable({ topic: CUSTOMERS, key: { id: bigint() }, columns: { email: text() } })

const EMPTY = { timestamp: { seconds: 0n, nanos: 0 }, subscriber: null, patchOf: null }
const common = {
  key: ({ id }: { readonly id: bigint }) => ({ id }),
  map: () => ({ ...EMPTY, type: '', payload: '' }),
}
const to = (name: string) => factTopic(name, wildapp.event.v1.Event)
const a = { ...common, name: 'a', from: docs, to: to('a.facts') }
const b = { ...common, name: 'b', from: docs, to: to('b.facts') }

const compiled = (...facts: readonly Fact[]) =>
  compile(facts, {
    deadLetters: 'dl',
    serde: ({ name, type }) =>
      protobufSerde({ topic: name, type, schemas, store: new MemorySchemaStore() }),
  })

test('two facts of one table, and two lookups of one definition, agree', () => {
  const join = { customer: lookup(byName, 'customer') }
  expect(
    compiled(defineFact({ ...a, join }), defineFact({ ...b, join })).globalTables,
  ).toHaveLength(1)
})

test('two definitions of a looked-up table are refused, by the names of both lookups', () => {
  const one = defineFact({ ...a, join: { customer: lookup(byName, 'customer') } })
  const two = defineFact({ ...b, join: { client: lookup(byEmail, 'customer') } })
  expect(() => compiled(one, two)).toThrow(/a\.customer and b\.client .*m\.public\.customer/)
})

test('so they are in one fact, and within a lookup', () => {
  const parent = { parent: lookup(byEmail, 'parent') }
  const fact = defineFact({ ...a, join: { customer: lookup(byName, 'customer', parent) } })
  expect(() => compiled(fact)).toThrow('a.customer and a.customer.parent look up')
})

test('two numbers of partitions for one table are refused, by the names of both facts', () => {
  const one = defineFact({ ...a, partitions: 1 })
  expect(() => compiled(one, defineFact({ ...b, partitions: 3 }))).toThrow(
    'a declares 1 and b 3 partitions for the topic "m.public.doc"',
  )
  const topology = compiled(one, defineFact({ ...b, partitions: 1 }))
  expect(topology.sources[0]?.partitions).toBe(1)
  expect(compiled(one, defineFact(b)).sources[0]?.partitions).toBe(1)
})

test('two facts on one topic are refused, by the names of both', () => {
  const other = defineFact({ ...b, from: others, to: to('a.facts') })
  expect(() => compiled(defineFact(a), other)).toThrow('a and b write to one topic, "a.facts"')
  const same = defineFact({ ...b, to: to('a.facts') })
  expect(() => compiled(defineFact(a), same)).toThrow('a and b write to one topic')
})

test('everything that is wrong is named at once', () => {
  const one = defineFact({ ...a, partitions: 1 })
  const two = defineFact({ ...b, partitions: 2, to: to('a.facts') })
  expect(() => compiled(one, two)).toThrow(/partitions.*; a and b write/)
})
