import { FactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { Reader } from '../ports'
import type { MemoryBroker } from './memory-broker'
import type { MetadataView } from './metadata-view'

/** A reader of whole topics on the in-memory log: delivers new records at each change. */
export function memoryReader(
  broker: MemoryBroker,
  view: MetadataView,
  topics: readonly string[],
): Reader {
  const positions = new Map<string, number[]>()
  const waiting = new Set<(error?: FactsError) => void>()
  let deliver: ((records: readonly LogRecord[]) => void) | undefined
  const isBehind = (): boolean => !topics.every((topic) => view.isComplete(topic))
  const poll = (): void => {
    for (const topic of topics) {
      const at = positions.get(topic) ?? []
      positions.set(topic, at)
      for (const partition of view.partitionsOf(topic)) {
        const from = at[partition.partition] ?? partition.low
        const { records, next } = partition.read(from, Number.MAX_SAFE_INTEGER)
        at[partition.partition] = next
        if (records.length > 0) deliver?.(records)
      }
    }
    if (isBehind()) return
    for (const done of waiting) done()
    waiting.clear()
  }
  return {
    start(onRecords, from = 'earliest') {
      if (from === 'latest') poll()
      if (typeof from === 'object') {
        for (const [topic, offsets] of from) {
          for (const [partition, offset] of offsets) {
            const at = positions.get(topic) ?? []
            at[partition] = Number(offset)
            positions.set(topic, at)
          }
        }
      }
      deliver = onRecords
      broker.on('change', poll)
      poll()
      return Promise.resolve()
    },
    /** Also waits for partitions that are not in the metadata yet. */
    catchUp() {
      if (!isBehind()) return Promise.resolve()
      return new Promise((resolve, reject) => {
        waiting.add((error) => (error === undefined ? resolve() : reject(error)))
      })
    },
    stop() {
      broker.off('change', poll)
      const stopped = new FactsError('BROKER_UNAVAILABLE', 'The reader was stopped.')
      for (const done of waiting) done(stopped)
      waiting.clear()
      return Promise.resolve()
    },
  }
}
