import { randomUUID } from 'node:crypto'
import type { Log, ProducerTransaction } from '../../src/broker/ports'
import type { ParkedKey } from '../../src/runtime/dead-letters/parked-keys'
import { originOf } from '../../src/runtime/state/changelog'
import type { LogRecord, OutputRecord } from '../../src/topology/record'
import { parkedIn } from './parked-keys'
import type { ToyWorld } from './toy-app'
import { CONTROL } from './toy-app'
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

/** The last owner is not fenced: its open transactions stay open, and block every committed reader. */
export function randomTransactionalIds(log: Log): Log {
  return wrapProducer(log, (id) => log.producer(`${id}.${randomUUID()}`))
}

/** Nothing is read back from changelogs but whose they are: tasks run with what their disk happens to hold. */
export function staleState(log: Log): Log {
  return {
    ...wrapProducer(log, (id) => log.producer(id)),
    readRange: (range, onRecords) =>
      log.readRange(range, (records, next) =>
        onRecords(
          records.filter((record) => originOf(record) !== undefined),
          next,
        ),
      ),
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

/** Control records with headers made of what is parked when they are read. */
function wrapControls(
  log: Log,
  world: ToyWorld,
  headers: (parked: ParkedKey, record: LogRecord) => Readonly<Record<string, string>>,
): Log {
  const changed = (record: LogRecord): LogRecord => {
    const parked = record.topic === CONTROL ? parkedIn(world, String(record.key)) : undefined
    if (parked === undefined) return record
    return { ...record, headers: { ...record.headers, ...headers(parked, record) } }
  }
  return {
    ...wrapProducer(log, (id) => log.producer(id)),
    groupConsumer: (options) => {
      const consumer = log.groupConsumer(options)
      return {
        start: (handler) =>
          consumer.start((batch) => handler({ ...batch, records: batch.records.map(changed) })),
        stop: () => consumer.stop(),
      }
    },
  }
}

/** A replay takes effect with any parking of the key. */
export function replaysOfAnyParking(log: Log, world: ToyWorld): Log {
  return wrapControls(log, world, ({ id, taken }) => ({
    'facts.parked.id': id,
    'facts.replay.after': taken,
  }))
}

/** An ended replay releases the key, although changes arrived since it was made. */
export function replaysOfEverything(log: Log, world: ToyWorld): Log {
  return wrapControls(log, world, ({ count }, { headers }) =>
    headers['facts.replay.last'] === 'true' && headers['facts.replay.after'] === ''
      ? { 'facts.replay.settles': String(count) }
      : {},
  )
}
