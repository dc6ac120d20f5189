import { sampleConfig } from '../support/sample-config'
import { MemoryBroker } from '../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../src/broker/memory/memory-log'
import type { Log } from '../../src/broker/ports'
import { factsTopology } from '../../src/compose/topology'
import { FactsError } from '../../src/errors'
import { Watcher } from '../../src/observe/watch/watcher'
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
})
