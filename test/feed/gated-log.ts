import type { Log, Reader } from '../../src/broker/ports'

type FeedLog = Pick<Log, 'admin' | 'reader' | 'readRange'>

/** What answers only when it is opened. */
export class Gate {
  private waiting: (() => void)[] = []
  private isOpen = true

  close(): void {
    this.isOpen = false
  }

  open(): void {
    this.isOpen = true
    for (const release of this.waiting.splice(0)) release()
  }

  pass(): Promise<void> {
    if (this.isOpen) return Promise.resolve()
    return new Promise((resolve) => this.waiting.push(resolve))
  }
}

/** Gates before what a feed asks of its log. */
export interface LogGates {
  readonly offsets: Gate
  /** Before a reader begins. */
  readonly start: Gate
  readonly catchUp: Gate
}

export const logGates = (): LogGates => ({
  offsets: new Gate(),
  start: new Gate(),
  catchUp: new Gate(),
})

export function openAll({ offsets, start, catchUp }: LogGates): void {
  for (const gate of [offsets, start, catchUp]) gate.open()
}

export function gated(log: FeedLog, { offsets, start, catchUp }: LogGates): FeedLog {
  return {
    readRange: (range, onRecords) => log.readRange(range, onRecords),
    admin: {
      partitionCounts: (topics) => log.admin.partitionCounts(topics),
      createTopics: (topics) => log.admin.createTopics(topics),
      topicSetting: (topics, name) => log.admin.topicSetting(topics, name),
      committed: (...args) => log.admin.committed(...args),
      offsets: async (topic) => {
        await offsets.pass()
        return log.admin.offsets(topic)
      },
    },
    reader: (topics): Reader => {
      const inner = log.reader(topics)
      return {
        start: async (...args) => {
          await start.pass()
          return inner.start(...args)
        },
        catchUp: async () => {
          await catchUp.pass()
          return inner.catchUp()
        },
        stop: () => inner.stop(),
      }
    },
  }
}
