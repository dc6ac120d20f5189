import { FactsError } from '../../src/errors'
import type { BatchHandler } from '../../src/broker/ports'
import type { LogRecord } from '../../src/topology/record'
import { waitFor } from '../support/wait-for'
import type { LogHarness, LogUnderTest, Member } from './log-harness'
import { record, unique } from './log-harness'

/** A rebalance is announced to the members first, where there is a broker to announce it. */
const LOSSES = ['PARTITION_LOST', 'GROUP_REBALANCING']

/** Groups: order, seeking, sharing, and how a member learns what it lost. */
export function groupsContract(logUnderTest: () => LogUnderTest, harness: LogHarness): void {
  const { createTopic, openProducer, commitAll, codeOf, join } = harness

  test('a group consumer starts at the beginning and hands over each partition in order', async () => {
    const topic = await createTopic(2)
    const producer = await openProducer(unique('id'))
    const sent = Array.from({ length: 40 }, (_, i) => record(topic, i % 2, String(i)))
    await commitAll(producer, sent)
    const seen: LogRecord[] = []
    await join(logUnderTest().second, unique('group'), topic, (batch) => {
      seen.push(...batch.records)
      return Promise.resolve({ kind: 'done' })
    })
    await waitFor('40 records', () => seen.length === 40)
    for (const partition of [0, 1]) {
      const keys = seen.filter((it) => it.partition === partition).map((it) => Number(it.key))
      expect(keys).toEqual([...keys].sort((x, y) => x - y))
    }
  })

  test('a handler that seeks gets the partition again from that offset', async () => {
    const topic = await createTopic(1)
    const producer = await openProducer(unique('id'))
    await commitAll(producer, [record(topic, 0, 'a'), record(topic, 0, 'b')])
    const offsets: bigint[] = []
    await join(logUnderTest().second, unique('group'), topic, (batch) => {
      offsets.push(batch.fetchOffset)
      return Promise.resolve(offsets.length === 1 ? { kind: 'seek', offset: 1n } : { kind: 'done' })
    })
    await waitFor('the second batch', () => offsets.length > 1)
    expect(offsets.slice(0, 2)).toEqual([0n, 1n])
  })

  test('a handler error that cannot be retried stops the consumer, which throws it', async () => {
    const topic = await createTopic(1)
    await commitAll(await openProducer(unique('id')), [record(topic, 0, 'a')])
    const member = await join(logUnderTest().second, unique('group'), topic, () =>
      Promise.reject(new FactsError('COLUMN_MISSING', 'no such column')),
    )
    await waitFor('the crash', () => member.crashes.length > 0)
    expect(member.crashes).toMatchObject([{ code: 'COLUMN_MISSING', message: 'no such column' }])
  })

  test('two members share the partitions, and one that stops leaves its share to the other', async () => {
    const topic = await createTopic(4)
    const groupId = unique('group')
    const handler: BatchHandler = () => Promise.resolve({ kind: 'done' })
    const a = await join(logUnderTest().first, groupId, topic, handler)
    const b = await join(logUnderTest().second, groupId, topic, handler)
    const share = (member: Member): number => member.assignments.at(-1)?.partitions.length ?? 0
    await waitFor('an equal share', () => share(a) === 2 && share(b) === 2)
    await b.consumer.stop()
    await waitFor('the whole share', () => share(a) === 4)
  })

  test('a handler that outlives a rebalance learns from its heartbeat that the partition is lost or about to be', async () => {
    const topic = await createTopic(1)
    await commitAll(await openProducer(unique('id')), [record(topic, 0, 'a')])
    const groupId = unique('group')
    let outcome = ''
    let release: () => void = () => undefined
    const second = new Promise<void>((resolve) => (release = resolve))
    await join(logUnderTest().first, groupId, topic, async (batch) => {
      release()
      if (outcome !== '') return { kind: 'done' }
      const beat = async (): Promise<boolean> =>
        (outcome = await codeOf(batch.heartbeat())) !== 'nothing thrown'
      await waitFor('the lost partition', beat)
      await batch.heartbeat()
      return { kind: 'done' }
    })
    await second
    await join(logUnderTest().second, groupId, topic, () => Promise.resolve({ kind: 'done' }))
    await waitFor('the outcome', () => LOSSES.includes(outcome))
  })
}
