import type { Log } from '../../src/broker/ports'

/** The log with other producers. */
export const wrapProducer = (log: Log, producer: Log['producer']): Log => ({
  admin: log.admin,
  readRange: (...args) => log.readRange(...args),
  groupConsumer: (options) => log.groupConsumer(options),
  reader: (topics) => log.reader(topics),
  producer,
  close: () => log.close(),
})
