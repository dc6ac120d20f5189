import type { PartitionRange } from '../../src/log/log'
import { waitFor } from '../support/wait-for'
import type { LogHarness, LogUnderTest } from './log-harness'
import { record, unique } from './log-harness'

/** Reading a stretch of one partition, and knowing where one's own records went. */
export function rangesContract(logUnderTest: () => LogUnderTest, harness: LogHarness): void {
  const { createTopic, openProducer, write, commitAll, codeOf } = harness

  const keysOf = async (range: PartitionRange, go = true): Promise<string[]> => {
    const keys: string[] = []
    await logUnderTest().first.readRange(range, (records) => {
      keys.push(...records.map(({ key }) => String(key)))
      return Promise.resolve(go)
    })
    return keys
  }
  const highOf = async (topic: string): Promise<bigint> =>
    (await logUnderTest().first.admin.offsets(topic)).get(0)?.high ?? 0n

  /** One transaction of a, b; one that is aborted; one of c: with markers, offsets 0 to 6. */
  const written = async (): Promise<string> => {
    const topic = await createTopic(1)
    const producer = await openProducer(unique('id'))
    await commitAll(producer, [record(topic, 0, 'a'), record(topic, 0, 'b')])
    const aborted = await producer.begin()
    await write(aborted, [record(topic, 0, 'aborted')])
    await aborted.abort()
    await commitAll(producer, [record(topic, 0, 'c')])
    await waitFor('the markers', async () => (await highOf(topic)) === 7n)
    return topic
  }

  test('a range is read in order, without what was aborted', async () => {
    const topic = await written()
    expect(await keysOf({ topic, partition: 0, from: 0n, to: 7n })).toEqual(['a', 'b', 'c'])
  })

  test('a range begins and ends where it says', async () => {
    const topic = await written()
    expect(await keysOf({ topic, partition: 0, from: 1n, to: 5n })).toEqual(['b'])
    expect(await keysOf({ topic, partition: 0, from: 3n, to: 3n })).toEqual([])
  })

  test('reading a range tells how far it has come, at last to its end', async () => {
    const topic = await written()
    const positions: bigint[] = []
    const range = { topic, partition: 0, from: 0n, to: 7n }
    await logUnderTest().first.readRange(range, (_, position) => {
      positions.push(position)
      return Promise.resolve(true)
    })
    expect(positions.at(-1)).toBe(7n)
  })

  test('reading a range ends when the reader has enough', async () => {
    const topic = await written()
    const keys = await keysOf({ topic, partition: 0, from: 0n, to: 7n }, false)
    expect(keys.length).toBeLessThanOrEqual(3)
  })

  test('a range that begins outside the log is refused', async () => {
    const topic = await written()
    const range = { topic, partition: 0, from: 50n, to: 60n }
    expect(await codeOf(keysOf(range))).toBe('OFFSET_OUT_OF_RANGE')
  })

  test('a send tells the offset of its first record', async () => {
    const topic = await createTopic(1)
    const producer = await openProducer(unique('id'))
    const transaction = await producer.begin()
    const two = [record(topic, 0, 'a'), record(topic, 0, 'b')]
    expect(await transaction.send(topic, 0, two)).toBe(0n)
    expect(await transaction.send(topic, 0, [record(topic, 0, 'c')])).toBe(2n)
    await transaction.commit()
  })
}
