import { measureRecords } from '../../../src/broker/kafka/kafkajs/record-writer'
import { MemoryBroker } from '../../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../../src/broker/memory/memory-log'
import type { ProducerTransaction } from '../../../src/broker/ports'
import type { BatchLimits } from '../../../src/runtime/commit/batch-limits'
import { commitRecords } from '../../../src/runtime/commit/commit-records'
import { changelogRecord } from '../../../src/runtime/state/changelog'
import { TransactionWriter } from '../../../src/runtime/commit/transaction'
import type { OutputRecord } from '../../../src/topology/record'

/** The batches of one partition that the writer sends of these records, in bytes, as a broker counts them. */
async function batches(
  records: readonly OutputRecord[],
  limits?: BatchLimits,
): Promise<readonly number[]> {
  const sizes: number[] = []
  const transaction: ProducerTransaction = {
    send: (sent) => {
      sizes.push(61 + measureRecords(sent, 0).size)
      return Promise.resolve([])
    },
    commitOffsets: () => Promise.resolve(),
    commit: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  }
  const writer = new TransactionWriter(transaction, limits)
  for (const record of records) writer.add(record)
  await writer.commit()
  return sizes
}

const changes = (...bytes: readonly number[]): OutputRecord[] =>
  bytes.map((size, index) => changelogRecord('c', 0, `k${index}`, Buffer.alloc(size)))

test('a batch ends before the record that would make it larger than its topic takes', async () => {
  const sent = await batches(changes(400_000, 800_000))
  expect(sent).toHaveLength(2)
  expect(Math.max(...sent)).toBeLessThanOrEqual(1_048_588)
})

test('the limit is that of the topic, and up to it records travel together', async () => {
  const limits = new Map([['c', 10_000]])
  const sent = await batches(changes(4_000, 4_000, 4_000, 9_000, 500), limits)
  expect(sent).toHaveLength(3)
  expect(Math.max(...sent)).toBeLessThanOrEqual(10_000)
})

test('the headers of records count', async () => {
  const headers = { error: 'x'.repeat(600) }
  const letters = changes(...Array.from({ length: 3_000 }, () => 10)).map((record) => {
    return { ...record, headers }
  })
  expect(Math.max(...(await batches(letters)))).toBeLessThanOrEqual(1_048_588)
})

test('a topic that takes more gets a larger record, alone', async () => {
  const limits = new Map([['c', 12_000_000]])
  const sent = await batches(changes(10, 10_000_000, 10), limits)
  expect(sent.map((size) => size > 1_000_000)).toEqual([false, true, false])
})

test('records that an operator hands over are cut as the topic wants it', async () => {
  const broker = new MemoryBroker()
  broker.createTopic('c', 1, { 'max.message.bytes': '10000' })
  await commitRecords(new MemoryLog(broker), 'operator', [changes(4_000, 4_000, 4_000)])
  expect(broker.read('c')).toHaveLength(3)
})
