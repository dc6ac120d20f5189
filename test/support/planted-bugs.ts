import { randomUUID } from 'node:crypto'
import type { Log, TransactionalProducer } from '../../src/log/log'

/*
 * Bugs planted into a log, which the suites must catch: negative controls.
 */
const wrapProducer = (log: Log, producer: Log['producer']): Log => ({
  admin: log.admin,
  readRange: (...args) => log.readRange(...args),
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

/** Nothing is read back from changelogs: tasks go on with what their disk happens to hold. */
export function staleState(log: Log): Log {
  return {
    ...wrapProducer(log, (id) => log.producer(id)),
    readRange: ({ from, to, ...partition }, onRecords) =>
      from === 0n ? log.readRange({ from, to, ...partition }, onRecords) : Promise.resolve(),
  }
}

/** State goes to its changelog in a transaction of its own, before the facts. */
export function stateOutsideTheTransaction(log: Log): Log {
  return wrapProducer(log, async (id) => {
    const producer = await log.producer(id)
    return {
      close: () => producer.close(),
      begin: async () => {
        const transaction = await producer.begin()
        return {
          send: async (topic, partition, records) => {
            if (!topic.endsWith('-changelog')) return transaction.send(topic, partition, records)
            const apart = await log.producer(`apart-${randomUUID()}`)
            const own = await apart.begin()
            const offset = await own.send(topic, partition, records)
            await own.commit()
            return offset
          },
          commitOffsets: (...args) => transaction.commitOffsets(...args),
          commit: () => transaction.commit(),
          abort: () => transaction.abort(),
        }
      },
    }
  })
}
