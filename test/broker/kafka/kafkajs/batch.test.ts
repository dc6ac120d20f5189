import fc from 'fast-check'
import OriginalBatch from 'kafkajs/src/consumer/batch'
import originalDecode from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages'
import Batch from '../../../../src/broker/kafka/kafkajs/replacements/batch'
import decodeMessages from '../../../../src/broker/kafka/kafkajs/replacements/decode-messages'
import type { LogBatch } from './log-bytes'
import { batchBytes, endOfTransaction, recordSet } from './log-bytes'
import type { Aborted } from './transaction-log'
import { anyTransactionLog } from './transaction-log'

interface Fetch {
  readonly batches: readonly LogBatch[]
  readonly fetchedOffset?: bigint
  readonly highWatermark?: bigint
  readonly aborted?: readonly Aborted[]
}

async function fetched({ batches, fetchedOffset = 0n, highWatermark = 1_000n, aborted }: Fetch) {
  const bytes = await Promise.all(batches.map(batchBytes))
  const at = fetchedOffset.toString()
  const data = {
    partition: 3,
    highWatermark: highWatermark.toString(),
    abortedTransactions: (aborted ?? []).map(({ producerId, firstOffset }) => ({
      producerId: producerId.toString(),
      firstOffset: firstOffset.toString(),
    })),
  }
  const [messages, originals] = await Promise.all([
    decodeMessages(recordSet(...bytes)),
    originalDecode(recordSet(...bytes)),
  ])
  return {
    ours: new Batch('topic', at, { ...data, messages }),
    original: new OriginalBatch('topic', at, { ...data, messages: originals }),
  }
}

const offsets = (batch: { readonly messages: readonly { readonly offset: string }[] }): bigint[] =>
  batch.messages.map(({ offset }) => BigInt(offset))

const METHODS = [
  'isEmpty',
  'isEmptyIncludingFiltered',
  'isEmptyDueToFiltering',
  'isEmptyControlRecord',
  'isEmptyDueToLogCompactedMessages',
  'firstOffset',
  'lastOffset',
  'offsetLag',
  'offsetLagLow',
] as const

const data = (firstOffset: bigint, producerId: bigint, ...values: string[]): LogBatch => ({
  firstOffset,
  producerId,
  transactional: true,
  records: values.map((value) => ({ value })),
})

describe('where KafkaJS is right, every method answers as KafkaJS does:', () => {
  const plain: LogBatch = { firstOffset: 10n, records: [{ value: 'a' }, { value: 'b' }] }
  test.each<[string, Fetch]>([
    ['records', { batches: [plain], fetchedOffset: 10n, highWatermark: 20n }],
    ['a fetch from the middle of a batch', { batches: [plain], fetchedOffset: 11n }],
    ['no records', { batches: [], fetchedOffset: 7n, highWatermark: 7n }],
    [
      'only a commit marker',
      { batches: [endOfTransaction(12n, 1n, 'commit')], fetchedOffset: 12n },
    ],
    [
      'a committed transaction',
      { batches: [data(0n, 1n, 'a'), endOfTransaction(1n, 1n, 'commit')], highWatermark: 2n },
    ],
    [
      'an aborted transaction',
      {
        batches: [data(0n, 1n, 'a'), endOfTransaction(1n, 1n, 'abort')],
        aborted: [{ producerId: 1n, firstOffset: 0n }],
      },
    ],
  ])('%s', async (_name, fetch) => {
    const { ours, original } = await fetched(fetch)
    expect(offsets(ours)).toEqual(offsets(original))
    for (const method of METHODS)
      expect([method, ours[method]()]).toEqual([method, original[method]()])
  })
})

test('with any transactions and any start of a fetch, exactly the committed records are delivered', async () => {
  await fc.assert(
    fc.asyncProperty(anyTransactionLog, fc.nat(), async (log, start) => {
      const from = start % log.batches.length
      const batches = log.batches.slice(from)
      const fetchedOffset = batches[0]!.firstOffset
      const { ours } = await fetched({
        batches,
        fetchedOffset,
        aborted: log.abortedFrom(fetchedOffset),
      })
      expect(offsets(ours)).toEqual(log.committed.filter((offset) => offset >= fetchedOffset))
    }),
    { numRuns: 150 },
  )
})

describe('records of aborted transactions that KafkaJS delivers, and we do not:', () => {
  test('of transactions that the broker names in the order of their markers', async () => {
    // Producer 2 aborts first, so it is named first, although its transaction began later.
    const { ours, original } = await fetched({
      batches: [
        data(0n, 1n, 'aborted'),
        data(1n, 2n, 'aborted'),
        endOfTransaction(2n, 2n, 'abort'),
        endOfTransaction(3n, 1n, 'abort'),
        data(4n, 3n, 'committed'),
        endOfTransaction(5n, 3n, 'commit'),
      ],
      aborted: [
        { producerId: 2n, firstOffset: 1n },
        { producerId: 1n, firstOffset: 0n },
      ],
    })
    expect(offsets(ours)).toEqual([4n])
    expect(offsets(original)).toEqual([0n, 4n])
  })

  test('of a fetch that starts inside two of them', async () => {
    const { ours, original } = await fetched({
      batches: [
        data(2n, 2n, 'aborted'),
        data(3n, 1n, 'aborted'),
        endOfTransaction(4n, 1n, 'abort'),
        endOfTransaction(5n, 2n, 'abort'),
      ],
      fetchedOffset: 2n,
      aborted: [
        { producerId: 1n, firstOffset: 0n },
        { producerId: 2n, firstOffset: 1n },
      ],
    })
    expect(offsets(ours)).toEqual([])
    expect(offsets(original)).toEqual([2n])
  })

  test('of one with a record whose key looks like an abort marker', async () => {
    const { ours, original } = await fetched({
      batches: [
        {
          firstOffset: 0n,
          producerId: 1n,
          transactional: true,
          records: [{ key: Buffer.alloc(4), value: 'aborted' }, { value: 'aborted' }],
        },
        endOfTransaction(2n, 1n, 'abort'),
      ],
      aborted: [{ producerId: 1n, firstOffset: 0n }],
    })
    expect(offsets(ours)).toEqual([])
    expect(offsets(original)).toEqual([0n, 1n])
  })
})

test('a commit marker does not end an aborted transaction', async () => {
  const { ours } = await fetched({
    batches: [
      data(0n, 1n, 'aborted'),
      endOfTransaction(1n, 1n, 'commit'),
      data(2n, 1n, 'aborted'),
      endOfTransaction(3n, 1n, 'abort'),
      data(4n, 1n, 'committed'),
    ],
    aborted: [{ producerId: 1n, firstOffset: 0n }],
  })
  expect(offsets(ours)).toEqual([4n])
})

test('a record outside transactions is delivered although its producer aborts one', async () => {
  const { ours } = await fetched({
    batches: [{ ...data(0n, 1n, 'plain'), transactional: false }],
    aborted: [{ producerId: 1n, firstOffset: 0n }],
  })
  expect(offsets(ours)).toEqual([0n])
})

test('the last offset passes over a compacted tail; KafkaJS crosses it one offset per fetch', async () => {
  const { ours, original } = await fetched({
    batches: [{ firstOffset: 0n, records: [{ value: 'kept' }], lastOffsetDelta: 999 }],
    fetchedOffset: 1n,
    highWatermark: 1_001n,
  })
  expect(ours.isEmptyDueToFiltering()).toBe(true)
  expect(ours.lastOffset()).toBe('999')
  expect(ours.offsetLag()).toBe('1')
  expect(original.lastOffset()).toBe('1')
})

test('the last offset passes over a batch without any record; KafkaJS never leaves it', async () => {
  const { ours, original } = await fetched({
    batches: [{ firstOffset: 0n, records: [], lastOffsetDelta: 9 }],
    highWatermark: 20n,
  })
  expect(ours.isEmptyDueToFiltering()).toBe(true)
  expect(ours.lastOffset()).toBe('9')
  expect(original.isEmptyDueToFiltering()).toBe(false)
})

test('a truncated batch after complete ones is not skipped', async () => {
  const whole = await batchBytes({ firstOffset: 0n, records: [{ value: 'a' }] })
  const cut = (await batchBytes({ firstOffset: 1n, records: [{ value: 'b' }] })).subarray(0, -1)
  const messages = await decodeMessages(recordSet(whole, cut))
  const batch = new Batch('topic', '0', { partition: 0, highWatermark: '2', messages })
  expect(batch.lastOffset()).toBe('0')
})

test('a batch without filtered records hands its messages on as they are', async () => {
  const { ours } = await fetched({ batches: [{ firstOffset: 0n, records: [{ value: 'a' }] }] })
  expect(ours.messages).toBe(ours.rawMessages)
})
