import { MemoryBroker } from '../../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import { FactsError } from '../../../src/errors'
import type { Assignment, InputBatch } from '../../../src/broker/ports'
import type { OutputRecord } from '../../../src/topology/record'

/* What brokers and their clients do at times that no test of them can choose. */

const record = (partition: number, key: string): OutputRecord => ({
  topic: 't',
  partition,
  key: Buffer.from(key),
  value: Buffer.from(key),
  timestamp: 1n,
  headers: {},
})

let broker: MemoryBroker
beforeEach(() => {
  broker = new MemoryBroker()
  broker.createTopic('t', 1)
})

test('a client that holds its metadata does not read partitions that were added until it asks again', async () => {
  const [late, current] = [new MemoryLog(broker), new MemoryLog(broker)]
  late.holdMetadata()
  broker.addPartitions('t', 2)
  broker.append(record(0, 'a'), record(1, 'b'))
  const seen: string[] = []
  const reader = late.reader(['t'])
  await reader.start((records) => seen.push(...records.map(({ key }) => String(key))))
  expect(seen).toEqual(['a'])
  const caughtUp = reader.catchUp()
  expect(await current.admin.partitionCounts(['t'])).toEqual(new Map([['t', 2]]))
  late.releaseMetadata()
  await caughtUp
  expect(seen).toEqual(['a', 'b'])
  await reader.stop()
})

test('a reader that is stopped lets go of those who wait for what it does not know of', async () => {
  const late = new MemoryLog(broker)
  late.holdMetadata()
  broker.addPartitions('t', 2)
  broker.append(record(1, 'b'))
  const reader = late.reader(['t'])
  await reader.start(() => undefined)
  const caughtUp = reader.catchUp()
  await reader.stop()
  await expect(caughtUp).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' })
})

test('a group is shared out by what its leader knows of the topics', async () => {
  const assignments: Assignment[] = []
  const log = new MemoryLog(broker)
  const join = (of: MemoryLog): Promise<void> =>
    of
      .groupConsumer({
        groupId: 'g',
        topics: [['t']],
        concurrency: 1,
        onCrash: () => undefined,
        onAssignment: (assignment) => assignments.push(assignment),
      })
      .start(() => Promise.resolve({ kind: 'done' }))
  await join(log)
  log.holdMetadata()
  broker.addPartitions('t', 2)
  await join(new MemoryLog(broker))
  const known = assignments.slice(-2).flatMap(({ partitions }) => partitions)
  expect(known).toEqual([{ topic: 't', partition: 0 }])
})

test('a leader that has moved refuses the next batch of each producer once', async () => {
  const log = new MemoryLog(broker)
  const producer = await log.producer('id')
  const first = await producer.begin()
  await first.send([record(0, 'a')])
  broker.moveLeader('t', 0)
  await expect(first.send([record(0, 'b')])).rejects.toMatchObject({ code: 'TRANSACTION_UNKNOWN' })
  const again = await (await log.producer('id')).begin()
  await again.send([record(0, 'c')])
  await again.commit()
  expect(broker.read('t').map(({ key }) => String(key))).toEqual(['c'])
})

test('a rebalance may come while a batch is under way, which learns of it from its heartbeat', async () => {
  broker.append(record(0, 'a'))
  const assignments: Assignment[] = []
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  let begin: (batch: InputBatch) => void = () => undefined
  const begun = new Promise<InputBatch>((resolve) => (begin = resolve))
  const consumer = new MemoryLog(broker).groupConsumer({
    groupId: 'g',
    topics: [['t']],
    concurrency: 1,
    onCrash: () => undefined,
    onAssignment: (assignment) => assignments.push(assignment),
  })
  await consumer.start(async (batch) => {
    begin(batch)
    await released
    throw new FactsError('PARTITION_LOST', 'lost')
  })
  const batch = await begun
  consumer.rebalanceDuringBatches()
  expect(assignments.map(({ generation }) => generation)).toEqual([1, 2])
  await expect(batch.heartbeat()).rejects.toMatchObject({ code: 'PARTITION_LOST' })
  release()
  await consumer.stop()
})
