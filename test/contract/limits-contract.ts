import { measureRecords } from '../../src/broker/kafka/kafkajs/record-writer'
import { BATCH_HEADER_BYTES, batchBytes } from '../../src/broker/record-size'
import type { LogHarness, LogUnderTest } from './log-harness'
import { record, unique } from './log-harness'

/** How large what is written may be. */
export function limitsContract(logUnderTest: () => LogUnderTest, harness: LogHarness): void {
  const { createTopic, openProducer, commitAll, codeOf } = harness
  const LIMIT = 5_000

  /** Two records that make a batch of so many bytes. */
  const batchOf = (topic: string, bytes: number): ReturnType<typeof record>[] => {
    const first = record(topic, 0, 'a', 'x'.repeat(1_000))
    const short = record(topic, 0, 'b', 'x'.repeat(1_000))
    const left = bytes - BATCH_HEADER_BYTES - measureRecords([first, short], 0).size
    return [first, record(topic, 0, 'b', 'x'.repeat(1_000 + left))]
  }

  test('a batch may have as many bytes as its topic takes, its header and the headers of its records counted', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': String(LIMIT) })
    const producer = await openProducer(unique('id'))
    const transaction = await producer.begin()
    await transaction.send(batchOf(topic, LIMIT))
    await transaction.commit()
    const next = await producer.begin()
    expect(await codeOf(next.send(batchOf(topic, LIMIT + 1)))).toBe('BATCH_TOO_LARGE')
  })

  test('records that are too large for one batch are taken one after the other', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': String(LIMIT) })
    const large = ['a', 'b'].map((key) => record(topic, 0, key, 'x'.repeat(4_000)))
    await commitAll(await openProducer(unique('id')), large)
    const together = await (await openProducer(unique('id'))).begin()
    expect(await codeOf(together.send(large))).toBe('BATCH_TOO_LARGE')
  })

  test('the size of a record is never taken for less than the broker does', async () => {
    const topic = await createTopic(1)
    const [one] = batchOf(topic, LIMIT)
    const exact = BATCH_HEADER_BYTES + measureRecords([one!], 0).size
    expect(batchBytes(one!)).toBeGreaterThanOrEqual(exact)
    expect(batchBytes(one!)).toBeLessThan(exact + 100)
  })

  test('a topic reports the batch size that it accepts, also by default, and a missing one reports nothing', async () => {
    const { admin } = logUnderTest().first
    const own = await createTopic(1, { 'max.message.bytes': '2000000' })
    const other = await createTopic(1)
    const said = await admin.topicSetting([own, 'no-such-topic', other], 'max.message.bytes')
    expect(new Map(said)).toEqual(
      new Map([
        [own, '2000000'],
        [other, '1048588'],
      ]),
    )
  })

  test('the metadata of an offset may have 4,096 characters', async () => {
    const topic = await createTopic(1)
    const groupId = unique('group')
    const commit = async (metadata: string): Promise<void> => {
      const transaction = await (await openProducer(unique('id'))).begin()
      await transaction.commitOffsets(groupId, [{ topic, partition: 0, offset: 1n, metadata }])
      await transaction.commit()
    }
    await commit('x'.repeat(4_096))
    expect(await codeOf(commit('x'.repeat(4_097)))).toBe('BROKER_REFUSED')
  })
}
