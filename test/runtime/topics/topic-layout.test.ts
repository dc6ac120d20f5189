import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { MemoryBroker } from '../../../src/broker/memory/memory-broker'
import { readLayout } from '../../../src/runtime/topics/topic-layout'
import { internalTopics } from '../../../src/topology/internal-topics'
import type { Topology } from '../../../src/topology/topology'
import { DEAD_LETTERS, INPUT, OUTPUT, TABLE, toyTopology } from '../../support/toy-topology'

function logWith(topology: Topology, counts: Readonly<Record<string, number>>): MemoryLog {
  const broker = new MemoryBroker()
  for (const topic of [INPUT, OUTPUT, TABLE, DEAD_LETTERS]) {
    broker.createTopic(topic, counts[topic] ?? 3)
  }
  for (const { topic, source } of internalTopics(topology, 'app')) {
    broker.createTopic(topic, counts[source] ?? 3)
  }
  return new MemoryLog(broker)
}

/** One partition in and out. */
function ordered(): Topology {
  const topology = toyTopology()
  return {
    ...topology,
    sources: topology.sources.map((source) => ({ ...source, partitions: 1 })),
    sinks: topology.sinks.map((sink) => ({ ...sink, partitions: 1 })),
  }
}

test.each([INPUT, OUTPUT])(
  'a topic %s with other partitions than are declared is refused, since its order would be another one',
  async (topic) => {
    const topology = ordered()
    const { admin } = logWith(topology, { [INPUT]: 1, [OUTPUT]: 1, [topic]: 3 })
    await expect(readLayout(admin, topology, 'app')).rejects.toMatchObject({
      code: 'PARTITIONS_CHANGED',
      message: expect.stringContaining(`${topic} has 3 partitions, and 1 are declared`) as string,
    })
  },
)

test('other topics may have any number beside them', async () => {
  const topology = ordered()
  const { admin } = logWith(topology, { [INPUT]: 1, [OUTPUT]: 1 })
  expect((await readLayout(admin, topology, 'app')).get(TABLE)).toBe(3)
})
