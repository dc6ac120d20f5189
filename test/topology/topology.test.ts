import { sampleApp } from '../support/sample-config'
import { factsTopology } from '../../src/compose/topology'
import { topicSpecs } from '../../src/compose/topics'
import { describeAsMermaid, describeAsText } from '../../src/topology/describe'
import { murmur2, partitionFor } from '../../src/topology/partitioner'
import type { TopologySpec } from '../../src/topology/topology'
import { defineTopology } from '../../src/topology/topology'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const supplier = (): never => {
  throw new Error('not run')
}
const sink = { name: 'out', topic: 'o', prepare: () => Promise.resolve() }
const spec: TopologySpec = {
  sources: [{ name: 'in', topic: 'i' }],
  globalTables: [],
  processors: [{ name: 'p', source: 'in', tables: [], stores: [], sinks: ['out'], supplier }],
  sinks: [sink],
  deadLetters: 'd',
}

test('a topology that is right is accepted', () => {
  expect(defineTopology(spec)).toMatchObject({ validated: true })
})

test.each<[string, Partial<TopologySpec>, string]>([
  [
    'two sources of one name',
    {
      sources: [
        { name: 'in', topic: 'i' },
        { name: 'in', topic: 'j' },
      ],
    },
    'source "in" is declared twice',
  ],
  [
    'a source that nothing reads',
    {
      sources: [
        { name: 'in', topic: 'i' },
        { name: 'x', topic: 'x' },
      ],
    },
    'source "x" is declared but not used',
  ],
  ['a sink that is not declared', { sinks: [] }, 'sink "out" is used but not declared'],
  [
    'a topic that is read and written',
    { sinks: [{ ...sink, topic: 'i' }] },
    'topic "i" is read and written',
  ],
  ['nothing to do', { processors: [], sources: [], sinks: [] }, 'there is no processor'],
])('%s is refused, by name', (_what, wrong, message) => {
  expect(() => defineTopology({ ...spec, ...wrong })).toThrow(message)
})

test('the wildapp topology reads as it is documented', () => {
  const topology = factsTopology({ app: sampleApp, registry: { url: 'http://localhost:1' } })
  expect(describeAsText(topology)).toMatchInlineSnapshot(`
    "Topology
      Source: monolith.public.wildapp_primary (topic: monolith.public.wildapp_primary)
        Processor: wildapp.primary
          lookup: monolith.public.wildapp_secondary (global table, topic: monolith.public.wildapp_secondary)
          lookup: monolith.public.wildapp_tertiary (global table, topic: monolith.public.wildapp_tertiary)
          state: wildapp.primary.rows (changelog)
          --> Sink: wildapp.primary (topic: wildapp.primary.facts)
          --x Dead letters (topic: wildapp.dead-letters)
      Source: monolith.public.wildapp_event (topic: monolith.public.wildapp_event)
        Processor: wildapp.event
          state: wildapp.event.rows (changelog)
          --> Sink: wildapp.event (topic: wildapp.event.facts)
          --x Dead letters (topic: wildapp.dead-letters)"
  `)
})

test('what a fact declares of partitions holds for its input and for its own topic, and for no other', () => {
  const topology = factsTopology({ app: sampleApp, registry: { url: 'http://localhost:1' } })
  const specs = topicSpecs(topology, {
    topics: { partitions: 6, replicationFactor: 1, maxMessageBytes: 16_777_216 },
  })
  expect(Object.fromEntries(specs.map(({ name, partitions }) => [name, partitions]))).toEqual({
    'monolith.public.wildapp_primary': 6,
    'monolith.public.wildapp_secondary': 6,
    'monolith.public.wildapp_tertiary': 6,
    'wildapp.primary.facts': 6,
    'monolith.public.wildapp_event': 1,
    'wildapp.event.facts': 1,
    'wildapp.dead-letters': 6,
  })
})

test('the diagram in docs is the topology of today', () => {
  const page = readFileSync(join(__dirname, '../../docs/application.md'), 'utf8')
  const topology = factsTopology({ app: sampleApp, registry: { url: 'http://localhost:1' } })
  expect(/```mermaid\n([^`]*)\n```/.exec(page)?.[1]).toBe(describeAsMermaid(topology))
})

// Values of org.apache.kafka.common.utils.Utils.murmur2 from Kafka's own UtilsTest.testMurmur2.
test.each<[string, number]>([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of "%s" is what the Java client computes', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash)
})

test('a record without a key goes to partition 0', () => {
  expect(partitionFor(null, 6)).toBe(0)
})
