import { sampleConfig } from '../support/sample-config'
import { MemoryBroker } from '../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../src/broker/memory/memory-log'
import type { Log } from '../../src/broker/ports'
import { factsTopology } from '../../src/compose/topology'
import { FactsError } from '../../src/errors'
import type { Pair } from '../../src/observe/watch/pairing'
import { Watcher } from '../../src/observe/watch/watcher'
import type { LogRecord } from '../../src/topology/record'
import { waitFor } from '../support/wait-for'

const topology = factsTopology(sampleConfig({ env: { FACTS_HOME: '/nonexistent' } }))

/** What comes of a watcher whose reading ends with the error, once it has seen that. */
async function outcome(error: FactsError): Promise<unknown> {
  const inner = new MemoryLog(new MemoryBroker())
  let asked = 0
  const log: Log = Object.assign(Object.create(inner) as MemoryLog, {
    reader: () => ({
      start: () => Promise.resolve(),
      catchUp: () => {
        asked += 1
        return Promise.reject(error)
      },
      stop: () => Promise.resolve(),
    }),
  })
  const watcher = new Watcher({ log, topology, factText: String, print: () => undefined })
  let failure: unknown
  watcher.failed.catch((found: unknown) => (failure = found))
  await watcher.start('latest')
  await waitFor('a look', () => asked > 0)
  await watcher.stop()
  await new Promise(setImmediate)
  return failure
}

describe('facts watch', () => {
  test('ends when Kafka no longer lets it read, instead of showing nothing', async () => {
    const refusal = new FactsError('NOT_AUTHORIZED', 'refused')
    expect(await outcome(refusal)).toBe(refusal)
  })

  test('waits for brokers that are away', async () => {
    expect(await outcome(new FactsError('BROKER_UNAVAILABLE', 'away'))).toBeUndefined()
  })

  test('shows no row of a snapshot, nor the fact of one, when that is hidden', async () => {
    const { topic } = topology.sources[0] ?? { topic: '' }
    const to = topology.sinks[0]?.topic ?? ''
    const seen: LogRecord[] = [
      record(topic, '{"id":1}', { op: 'r', after: { id: 1 }, source: { lsn: 7 } }),
      record(to, '2', {}, { ce_id: 'a/2@7.0', ce_type: 'a.snapshot' }),
      record(topic, '{"id":3}', { op: 'c', after: { id: 3 }, source: { lsn: 8 } }),
    ]
    const inner = new MemoryLog(new MemoryBroker())
    const log: Log = Object.assign(Object.create(inner) as MemoryLog, {
      reader: () => ({
        start: (receive: (records: readonly LogRecord[]) => void) => {
          receive(seen)
          return Promise.resolve()
        },
        catchUp: () => Promise.resolve(),
        stop: () => Promise.resolve(),
      }),
    })
    const printed: string[] = []
    const pairs: Pair[] = []
    const watcher = new Watcher({
      log,
      topology,
      factText: ({ value }) => String(value),
      print: (line) => printed.push(line),
      onPair: (pair) => pairs.push(pair),
      hidesSnapshot: true,
    })
    await watcher.start('latest')
    await watcher.stop()
    expect(pairs).toHaveLength(3)
    expect(printed.filter((line) => /^\w/.test(line))).toEqual([expect.stringContaining('insert')])
  })
})

const record = (
  topic: string,
  key: string,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): LogRecord => ({
  topic,
  partition: 0,
  offset: 0n,
  timestamp: 0n,
  headers,
  key: Buffer.from(key),
  value: Buffer.from(JSON.stringify(value)),
})
