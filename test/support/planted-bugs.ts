import { randomUUID } from 'node:crypto'
import type { OutputRecord } from '../../src/topology/record'
import type { Log, ProducerTransaction } from '../../src/log/log'
import { wrapProducer } from './wrap-producer'

/*
 * Bugs planted into a log, which the suites must catch: negative controls.
 */

/** Every transaction with some of its steps replaced. */
function wrapTransactions(
  log: Log,
  steps: (transaction: ProducerTransaction) => Partial<ProducerTransaction>,
): Log {
  return wrapProducer(log, async (id) => {
    const producer = await log.producer(id)
    return {
      settled: () => producer.settled(),
      close: () => producer.close(),
      begin: async () => {
        const transaction = await producer.begin()
        return {
          send: (...args) => transaction.send(...args),
          commitOffsets: (...args) => transaction.commitOffsets(...args),
          commit: () => transaction.commit(),
          abort: () => transaction.abort(),
          ...steps(transaction),
        }
      },
    }
  })
}

/** Runs steps in a transaction of their own. */
async function apart<T>(
  log: Log,
  work: (transaction: ProducerTransaction) => Promise<T>,
): Promise<T> {
  const producer = await log.producer(`apart-${randomUUID()}`)
  const transaction = await producer.begin()
  const result = await work(transaction)
  await transaction.commit()
  return result
}

/** Offsets are committed at once, by a transaction of their own. */
export function offsetsOutsideTheTransaction(log: Log): Log {
  return wrapTransactions(log, () => ({
    commitOffsets: (...args) => apart(log, (own) => own.commitOffsets(...args)),
  }))
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
  return wrapTransactions(log, (transaction) => ({
    send: async (records) => {
      const isState = ({ topic }: OutputRecord): boolean => topic.endsWith('-changelog')
      const state = records.filter(isState)
      const appended = state.length > 0 ? await apart(log, (own) => own.send(state)) : []
      return [...appended, ...(await transaction.send(records.filter((it) => !isState(it))))]
    },
  }))
}
