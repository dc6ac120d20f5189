import { FactsError } from '../../src/errors'
import type {
  Assignment,
  BatchHandler,
  GroupConsumer,
  Log,
  ProducerTransaction,
  TransactionalProducer,
} from '../../src/broker/ports'
import type { LogRecord, OutputRecord } from '../../src/topology/record'
import { waitFor } from '../support/wait-for'

/** One log seen by two processes. */
export interface LogUnderTest {
  readonly first: Log
  readonly second: Log
}

let counter = 0
export const unique = (name: string): string => `${name}-${process.pid}-${(counter += 1)}`

export const record = (
  topic: string,
  partition: number,
  key: string,
  value = key,
): OutputRecord => ({
  topic,
  partition,
  key: Buffer.from(key),
  value: Buffer.from(value),
  timestamp: 1_700_000_000_000n,
  headers: { name: 'value', raw: Buffer.from([1, 2]) },
})

export interface Member {
  readonly consumer: GroupConsumer
  readonly assignments: Assignment[]
  readonly crashes: unknown[]
}

/** Steps that the suites share; what they open is closed after each test. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function logHarness(logUnderTest: () => LogUnderTest) {
  let started: (() => Promise<void>)[] = []
  const keep = <T extends { close?: () => Promise<void>; stop?: () => Promise<void> }>(
    part: T,
  ): T => {
    started.push(async () => (part.stop ?? part.close)?.call(part))
    return part
  }
  afterEach(async () => {
    for (const stop of started.reverse()) await stop()
    started = []
  })

  const createTopic = async (
    partitions = 2,
    config: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const topic = unique('topic')
    await logUnderTest().first.admin.createTopics([
      { name: topic, partitions, replicationFactor: 1, config },
    ])
    return topic
  }
  const openProducer = async (
    id: string,
    log: Log = logUnderTest().first,
  ): Promise<TransactionalProducer> => keep(await log.producer(id))
  const write = async (
    transaction: ProducerTransaction,
    records: readonly OutputRecord[],
  ): Promise<void> => {
    for (const one of records) await transaction.send([one])
  }
  const commitAll = async (
    producer: TransactionalProducer,
    records: readonly OutputRecord[],
  ): Promise<void> => {
    const transaction = await producer.begin()
    await write(transaction, records)
    await transaction.commit()
  }
  /** Everything up to the end, once there are that many: a commit shows when its markers are written, a little later. */
  const read = async (topic: string, atLeast: number): Promise<LogRecord[]> => {
    const records: LogRecord[] = []
    const reader = keep(logUnderTest().second.reader([topic]))
    await reader.start((batch) => records.push(...batch))
    await waitFor(`${atLeast} records`, async () => {
      await reader.catchUp()
      return records.length >= atLeast
    })
    return records
  }
  const keysIn = async (topic: string, atLeast: number): Promise<(string | undefined)[]> =>
    (await read(topic, atLeast)).map((it) => it.key?.toString())
  const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
    try {
      await attempt
    } catch (error) {
      return error instanceof FactsError ? error.code : `not a FactsError: ${String(error)}`
    }
    return 'nothing thrown'
  }

  const join = async (
    log: Log,
    groupId: string,
    topic: string,
    handler: BatchHandler,
  ): Promise<Member> => {
    const assignments: Assignment[] = []
    const crashes: unknown[] = []
    const consumer = log.groupConsumer({
      groupId,
      topics: [[topic]],
      concurrency: 2,
      onCrash: (error) => crashes.push(error),
      onAssignment: (assignment) => assignments.push(assignment),
    })
    await keep(consumer).start(handler)
    return { consumer, assignments, crashes }
  }
  return { createTopic, openProducer, write, commitAll, read, keysIn, codeOf, join, keep }
}

export type LogHarness = ReturnType<typeof logHarness>
