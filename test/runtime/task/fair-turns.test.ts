import { MemoryBroker } from '../../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import type { Log } from '../../../src/broker/ports'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import { StreamApp } from '../../../src/runtime/stream-app'
import { Metrics, createLogger } from '../../../src/telemetry'
import { internalTopics } from '../../../src/topology/internal-topics'
import type { ProcessorNode, Topology } from '../../../src/topology/topology'
import { defineTopology } from '../../../src/topology/topology'
import { TABLE, toyTable } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'
import { wrapProducer } from '../../support/wrap-producer'

/*
 * One topic with much to process, and one with little. The processor of the first looks up in a table.
 */
const DEEP = 'deep'
const SHALLOW = 'shallow'
const COUNT = 20_000
/** Records of a batch of the in-memory log. */
const BATCH = 500

function node(name: string, tables: readonly string[]): ProcessorNode {
  return {
    name,
    source: name,
    tables,
    stores: [],
    sinks: [name],
    supplier: () => ({
      process({ key, value, timestamp }, context) {
        context.forward(sink(name), { key, value, timestamp, headers: {} })
      },
    }),
  }
}

const sink = (name: string): Topology['sinks'][number] => ({
  name,
  topic: `${name}-out`,
  prepare: () => Promise.resolve(),
})

const topology = defineTopology({
  sources: [DEEP, SHALLOW].map((name) => ({ name, topic: name })),
  globalTables: [toyTable],
  processors: [node(DEEP, [TABLE]), node(SHALLOW, [])],
  sinks: [DEEP, SHALLOW].map(sink),
  deadLetters: 'dead-letters',
})

let broker: MemoryBroker
let app: StreamApp
beforeEach(() => {
  broker = new MemoryBroker()
  const own = internalTopics(topology, 'app').map(({ topic }) => topic)
  const topics = [DEEP, SHALLOW, TABLE, 'deep-out', 'shallow-out', 'dead-letters', ...own]
  for (const topic of topics) broker.createTopic(topic, 1)
})
afterEach(() => app.stop())

const write = (topic: string, count: number): void => {
  const record = { topic, partition: 0, key: null, value: Buffer.from('x'), timestamp: 1n }
  broker.append(...Array.from({ length: count }, () => ({ ...record, headers: {} })))
}
const made = (name: string): number => broker.read(`${name}-out`).length

async function start(log: Log): Promise<void> {
  app = new StreamApp({
    applicationId: 'app',
    topology,
    log,
    state: new MemoryBackend(),
    metrics: new Metrics(),
    logger: createLogger({ level: 'silent', format: 'json' }),
    stopMs: 100,
  })
  await app.start()
}

test('a record of a topic with little waits for a few batches of the one with much, at most', async () => {
  write(DEEP, COUNT)
  let deepBefore = 0
  let deepAfter = 0
  broker.on('change', () => {
    if (deepBefore === 0 && made(DEEP) >= 3 * BATCH) {
      deepBefore = made(DEEP)
      write(SHALLOW, 1)
    }
    if (deepAfter === 0 && made(SHALLOW) === 1) deepAfter = made(DEEP)
  })
  await start(new MemoryLog(broker))
  await waitFor('the record', () => made(SHALLOW) === 1)
  expect(deepAfter - deepBefore).toBeLessThanOrEqual(4 * BATCH)
  await waitFor('the rest', () => made(DEEP) === COUNT)
})

test('a task that looks up in no table does not wait for tables that others look up in', async () => {
  write(DEEP, 1)
  const log = new MemoryLog(broker)
  let asked = 0
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const reader: Log['reader'] = (topics) => {
    const inner = log.reader(topics)
    const catchUp = async (): Promise<void> => {
      await inner.catchUp()
      asked += 1
      // The first one is that of the start.
      if (asked > 1) await released
    }
    return { start: (...args) => inner.start(...args), stop: () => inner.stop(), catchUp }
  }
  await start({ ...wrapProducer(log, (id) => log.producer(id)), reader })
  await waitFor('the tables to be waited for', () => asked > 1)
  write(SHALLOW, 1)
  await waitFor('the record', () => made(SHALLOW) === 1)
  expect(made(DEEP)).toBe(0)
  release()
  await waitFor('the other', () => made(DEEP) === 1)
})
