import type { PartitionRange } from '../../src/broker/ports'
import { waitFor } from '../support/wait-for'
import type { LogHarness, LogUnderTest } from './log-harness'
import { record, unique } from './log-harness'

/** Reading a stretch of one partition, and knowing where one's own records went. */
export function rangesContract(logUnderTest: () => LogUnderTest, harness: LogHarness): void {
  const { createTopic, openProducer, write, commitAll, codeOf, keep } = harness

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

  test('a reader begins at the offsets that it is given', async () => {
    const topic = await written()
    const reader = keep(logUnderTest().second.reader([topic]))
    const keys: string[] = []
    const from = new Map([[topic, new Map([[0, 1n]])]])
    await reader.start((records) => keys.push(...records.map(({ key }) => String(key))), from)
    await reader.catchUp()
    expect(keys).toEqual(['b', 'c'])
  })

  test('a send returns the offsets after its records', async () => {
    const topic = await createTopic(2)
    const producer = await openProducer(unique('id'))
    const transaction = await producer.begin()
    const three = [record(topic, 0, 'a'), record(topic, 1, 'b'), record(topic, 0, 'c')]
    expect(await transaction.send(three)).toEqual([
      { topic, partition: 0, end: 2n },
      { topic, partition: 1, end: 1n },
    ])
    expect(await transaction.send([record(topic, 0, 'd')])).toEqual([
      { topic, partition: 0, end: 3n },
    ])
    await transaction.commit()
  })
}
