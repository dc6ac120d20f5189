import { FactsError } from '../../src/errors'
import type { LogAdmin, Reader } from '../../src/broker/ports'
import type { MemoryLog } from '../../src/broker/memory/memory-log'
import type { WorldOptions } from './feed-world'

/** The log, as it is while its brokers do not answer, or refuse. */
export function unreachable(
  log: MemoryLog,
  outage: { readonly on: boolean; readonly error?: FactsError },
): ReturnType<NonNullable<WorldOptions['log']>> {
  const attempt = <T>(work: () => Promise<T>): Promise<T> =>
    outage.on
      ? Promise.reject(outage.error ?? new FactsError('BROKER_UNAVAILABLE', 'no broker'))
      : work()
  const admin: LogAdmin = {
    partitionCounts: (topics) => attempt(() => log.admin.partitionCounts(topics)),
    createTopics: (topics) => attempt(() => log.admin.createTopics(topics)),
    topicSetting: (...args) => attempt(() => log.admin.topicSetting(...args)),
    offsets: (topic) => attempt(() => log.admin.offsets(topic)),
    committed: (...args) => attempt(() => log.admin.committed(...args)),
  }
  const reader = (topics: readonly string[]): Reader => {
    const inner = log.reader(topics)
    return {
      start: (...args) => attempt(() => inner.start(...args)),
      catchUp: () => attempt(() => inner.catchUp()),
      stop: () => inner.stop(),
    }
  }
  return { admin, reader, readRange: (...args) => attempt(() => log.readRange(...args)) }
}
