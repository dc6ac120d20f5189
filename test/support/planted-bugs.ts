import { randomUUID } from 'node:crypto'
import type { Log, TransactionalProducer } from '../../src/log/log'

/*
 * Bugs planted into a log, which the suites must catch: negative controls.
 */
const wrapProducer = (log: Log, producer: Log['producer']): Log => ({
  admin: log.admin,
  groupConsumer: (options) => log.groupConsumer(options),
  reader: (topics) => log.reader(topics),
  producer,
  close: () => log.close(),
})

/** Offsets are committed at once, by a transaction of their own. */
export function offsetsOutsideTheTransaction(log: Log): Log {
  const commitNow: Awaited<ReturnType<TransactionalProducer['begin']>>['commitOffsets'] = async (
    groupId,
    offsets,
  ) => {
    const apart = await log.producer(`apart-${randomUUID()}`)
    const transaction = await apart.begin()
    await transaction.commitOffsets(groupId, offsets)
    await transaction.commit()
  }
  return wrapProducer(log, async (id) => {
    const producer = await log.producer(id)
    return {
      close: () => producer.close(),
      begin: async () => {
        const transaction = await producer.begin()
        return {
          send: (...args) => transaction.send(...args),
          commitOffsets: commitNow,
          commit: () => transaction.commit(),
          abort: () => transaction.abort(),
        }
      },
    }
  })
}

/** Nobody fences the last owner: its open transactions stay open, and hold up every committed reader. */
export function randomTransactionalIds(log: Log): Log {
  return wrapProducer(log, (id) => log.producer(`${id}.${randomUUID()}`))
}
