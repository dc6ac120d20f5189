import type { LogRecord, OutputRecord } from '../../src/topology/record'
import { waitFor } from '../support/wait-for'
import type { LogUnderTest } from './log-harness'
import { logHarness, record, unique } from './log-harness'

export interface ChangingTopics extends LogUnderTest {
  readonly addPartitions: (topic: string, partitions: number) => Promise<void>
  readonly deleteTopic: (topic: string) => Promise<void>
  /** Has the topic compacted soon, or at once; a broker cleans only records before newer ones. */
  readonly compact: (topic: string) => Promise<void>
}

/** Topics that an operator or the broker changes while they are used. */
export function describeChangingTopics(name: string, logUnderTest: () => ChangingTopics): void {
  const { createTopic, openProducer, commitAll, keysIn, codeOf } = logHarness(logUnderTest)

  describe(`${name} has topics that change:`, () => {
    test('partitions that were added are counted, and can be written and read', async () => {
      const topic = await createTopic(1)
      await commitAll(await openProducer(unique('id')), [record(topic, 0, 'before')])
      await logUnderTest().addPartitions(topic, 3)
      const { admin } = logUnderTest().second
      await waitFor('the partitions to be known', async () => {
        return (await admin.partitionCounts([topic])).get(topic) === 3
      })
      await commitAll(await openProducer(unique('id')), [record(topic, 2, 'later')])
      expect([...(await keysIn(topic, 2))].sort()).toEqual(['before', 'later'])
    })

    test('a reader that runs reads the partitions that are added', async () => {
      const topic = await createTopic(1)
      const reader = logUnderTest().second.reader([topic])
      const seen: string[] = []
      await reader.start((records) => seen.push(...records.map(({ key }) => String(key))))
      try {
        await logUnderTest().addPartitions(topic, 2)
        await waitFor('the partition to take records', async () => {
          await commitAll(await openProducer(unique('id')), [record(topic, 1, 'added')])
          return true
        })
        await waitFor('the record', async () => {
          await reader.catchUp()
          return seen.includes('added')
        })
      } finally {
        await reader.stop()
      }
    })

    test('the offsets of other topics are known when one that was asked about is deleted', async () => {
      const [deleted, known, later] = [
        await createTopic(),
        await createTopic(),
        await createTopic(),
      ]
      const { admin } = logUnderTest().second
      await admin.offsets(deleted)
      await admin.offsets(known)
      await remove(deleted)
      expect(await codeOf(admin.offsets(deleted))).toBe('TOPIC_MISSING')
      expect((await admin.offsets(later)).size).toBe(2)
      expect((await admin.offsets(known)).size).toBe(2)
    })

    test.each([
      ['fewer', 1],
      ['more', 3],
    ])(
      'the offsets of a topic that is recreated with %s partitions are its own',
      async (_, count) => {
        const topic = await createTopic(2)
        const { admin } = logUnderTest().second
        expect((await admin.offsets(topic)).size).toBe(2)
        await remove(topic)
        await logUnderTest().first.admin.createTopics([
          { name: topic, partitions: count, replicationFactor: 1, config: {} },
        ])
        expect((await admin.offsets(topic)).size).toBe(count)
      },
    )

    test('a producer writes on to other topics when one that it has written to is deleted', async () => {
      const [deleted, known, later] = [
        await createTopic(),
        await createTopic(),
        await createTopic(),
      ]
      const producer = await openProducer(unique('id'))
      await commitAll(producer, [record(deleted, 0, 'gone'), record(known, 0, 'first')])
      await remove(deleted)
      await commitAll(producer, [record(later, 0, 'later'), record(known, 0, 'second')])
      expect(await keysIn(known, 2)).toEqual(['first', 'second'])
      expect(await keysIn(later, 1)).toEqual(['later'])
    })

    test('compaction leaves the last value of each key where it was, and no tombstone', async () => {
      const topic = await createTopic(1, COMPACTED)
      const producer = await openProducer(unique('id'))
      const tombstone: OutputRecord = { ...record(topic, 0, 'gone'), value: null }
      const written = [
        record(topic, 0, 'kept', 'first'),
        record(topic, 0, 'gone', 'first'),
        record(topic, 0, 'kept', 'last'),
        tombstone,
      ]
      await commitAll(producer, written)
      const left = await waitFor('the cleaner', async () => {
        // A cleaner leaves the newest records alone, and removes a tombstone when it comes a second time.
        await commitAll(producer, [record(topic, 0, 'newer')])
        await logUnderTest().compact(topic)
        const records = await whole(topic)
        const own = records.filter(({ key }) => String(key) !== 'newer')
        return own.length === 1 && own
      })
      expect(left).toMatchObject([{ offset: 2n, key: Buffer.from('kept') }])
      expect(String(left[0]?.value)).toBe('last')
      expect((await logUnderTest().second.admin.offsets(topic)).get(0)?.low).toBe(0n)
    })
  })

  /** Brokers learn of it a moment later. */
  async function remove(topic: string): Promise<void> {
    await logUnderTest().deleteTopic(topic)
    await waitFor('the topic to be gone', async () => {
      return !(await logUnderTest().first.admin.partitionCounts([topic])).has(topic)
    })
  }

  /** By range, and to its end: offsets that are missing are no end. */
  async function whole(topic: string): Promise<readonly LogRecord[]> {
    const log = logUnderTest().second
    const to = (await log.admin.offsets(topic)).get(0)?.high ?? 0n
    const records: LogRecord[] = []
    let reached = 0n
    await log.readRange({ topic, partition: 0, from: 0n, to }, (read, position) => {
      records.push(...read)
      reached = position
      return Promise.resolve(true)
    })
    expect(reached).toBe(to)
    return records
  }
}

/** As soon as it can be. */
const COMPACTED = {
  'cleanup.policy': 'compact',
  'segment.ms': '1',
  'min.cleanable.dirty.ratio': '0.0001',
  'delete.retention.ms': '0',
}
