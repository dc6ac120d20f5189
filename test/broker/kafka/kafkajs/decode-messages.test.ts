import fc from 'fast-check'
import Decoder from 'kafkajs/src/protocol/decoder'
import Encoder from 'kafkajs/src/protocol/encoder'
import encodeMessageSet from 'kafkajs/src/protocol/messageSet'
import originalDecode from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages'
import { CompressionCodecs, CompressionTypes } from '../../../../src/broker/kafka/kafkajs'
import type { FetchedMessage } from '../../../../src/broker/kafka/kafkajs/fetched-message'
import type { FetchedMessages } from '../../../../src/broker/kafka/kafkajs/record-batch-reader'
import decodeMessages from '../../../../src/broker/kafka/kafkajs/replacements/decode-messages'
import { anyBatch } from './generated'
import type { LogBatch } from './log-bytes'
import { batchBytes, recordSet, withChecksum } from './log-bytes'

const CONTEXT = [
  'firstOffset',
  'firstTimestamp',
  'partitionLeaderEpoch',
  'inTransaction',
  'isControlBatch',
  'lastOffsetDelta',
  'producerId',
  'producerEpoch',
  'firstSequence',
  'maxTimestamp',
  'timestampType',
  'magicByte',
] as const
const MESSAGE = [
  'magicByte',
  'attributes',
  'timestamp',
  'offset',
  'key',
  'value',
  'headers',
  'isControlRecord',
] as const

function picked(message: object): unknown {
  const fields = message as Readonly<Record<string, unknown>>
  const context = fields['batchContext'] as Readonly<Record<string, unknown>>
  return {
    ...Object.fromEntries(MESSAGE.map((name) => [name, fields[name]])),
    batchContext: Object.fromEntries(CONTEXT.map((name) => [name, context[name]])),
  }
}

async function decoded(...batches: readonly LogBatch[]): Promise<FetchedMessages> {
  const bytes = await Promise.all(batches.map(batchBytes))
  return (await decodeMessages(recordSet(...bytes))) as FetchedMessages
}

test('every field of every record is what KafkaJS decodes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyBatch, { minLength: 1, maxLength: 4 }), async (batches) => {
      const bytes = await Promise.all(batches.map(batchBytes))
      const ours = await decodeMessages(recordSet(...bytes))
      const original = await originalDecode(recordSet(...bytes))
      expect(ours.map(picked)).toEqual(original.map(picked))
    }),
    { numRuns: 150 },
  )
})

test.each([
  ['gzip', CompressionTypes.GZIP],
  ['a codec registered with KafkaJS', CompressionTypes.LZ4],
])('a batch compressed with %s is read', async (_name, compression) => {
  const lz4 = CompressionCodecs[CompressionTypes.LZ4] as () => unknown
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => Promise.resolve(Buffer.from(buffer).reverse()),
    decompress: (buffer: Buffer) => Promise.resolve(Buffer.from(buffer).reverse()),
  })
  try {
    const [first, second] = await decoded({
      firstOffset: 5n,
      compression,
      records: [{ key: 'a', value: 'one', headers: { h: 'v' } }, { value: null }],
    })
    expect(first).toMatchObject({ offset: '5', key: Buffer.from('a'), value: Buffer.from('one') })
    expect(first!.headers).toEqual({ h: Buffer.from('v') })
    expect(second).toMatchObject({ offset: '6', key: null, value: null })
  } finally {
    CompressionCodecs[CompressionTypes.LZ4] = lz4
  }
})

test('a codec that is not registered is named in the error', async () => {
  const batch = await batchBytes({ firstOffset: 0n, records: [{ value: 'v' }] })
  batch.writeInt16BE(CompressionTypes.ZSTD, 21)
  await expect(decodeMessages(recordSet(withChecksum(batch)))).rejects.toThrow(/ZSTD/)
})

test('a batch that the broker cut off anywhere is left for the next fetch', async () => {
  const whole = await batchBytes({ firstOffset: 0n, records: [{ value: 'whole' }] })
  const next = await batchBytes({ firstOffset: 1n, records: [{ value: 'cut off' }] })
  for (let length = 0; length < next.length; length += 1) {
    const messages = await decodeMessages(recordSet(whole, next.subarray(0, length)))
    expect(messages).toHaveLength(1)
    expect((messages as FetchedMessages).nextOffset).toBe(1n)
  }
})

test('one flipped bit under the checksum is an error that names the offset', async () => {
  const batch = await batchBytes({ firstOffset: 42n, records: [{ value: 'value' }] })
  for (let at = 21; at < batch.length; at += 1) {
    const damaged = Buffer.from(batch)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
    await expect(decodeMessages(recordSet(damaged))).rejects.toThrow(
      /batch at offset 42 is corrupt: its CRC-32C is/,
    )
  }
})

test('a record that overruns its batch is an error even under a right checksum', async () => {
  const batch = await batchBytes({ firstOffset: 42n, records: [{ value: 'value' }] })
  batch.writeUInt8(batch.readUInt8(61) + 2, 61)
  await expect(decodeMessages(recordSet(withChecksum(batch)))).rejects.toThrow(
    /record 1 of 1 does not end within its length/,
  )
})

test('offsets and timestamps beyond 2^53 are exact', async () => {
  const firstOffset = 9_007_199_254_740_990n
  const messages = await decoded({
    firstOffset,
    records: [{ value: '0' }, { value: '1' }, { value: '2', timestampDelta: 2 ** 40 }],
  })
  expect(messages.map((it) => it.offset)).toEqual([
    '9007199254740990',
    '9007199254740991',
    '9007199254740992',
  ])
  expect(messages.map((it) => it.offsetBigInt)).toEqual([0n, 1n, 2n].map((n) => firstOffset + n))
  expect(messages[2]!.timestampBigInt).toBe(1_700_000_000_000n + 2n ** 40n)
})

test('a batch whose records compaction removed moves the next offset', async () => {
  const messages = await decoded(
    { firstOffset: 0n, records: [{ value: 'kept' }], lastOffsetDelta: 9 },
    { firstOffset: 10n, records: [], lastOffsetDelta: 89 },
  )
  expect(messages.map((it) => it.offset)).toEqual(['0'])
  expect(messages.nextOffset).toBe(100n)
})

test('a header that occurs several times has its values in order, null included', async () => {
  const [message] = await decoded({
    firstOffset: 0n,
    records: [{ value: 'v', headers: { a: ['1', '2', '3'], b: '' } }],
  })
  expect(message!.headers).toEqual({
    a: [Buffer.from('1'), Buffer.from('2'), Buffer.from('3')],
    b: Buffer.from(''),
  })
})

test('headers named like members of Object are headers; in KafkaJS they pick up the member', async () => {
  const batch = await batchBytes({
    firstOffset: 0n,
    records: [{ value: 'v', headers: { constructor: 'c', ['__proto__']: 'p' } }],
  })
  const [ours] = (await decodeMessages(recordSet(batch))) as FetchedMessages
  expect(Object.entries(ours!.headers)).toEqual([
    ['constructor', Buffer.from('c')],
    ['__proto__', Buffer.from('p')],
  ])
  const [original] = await originalDecode(recordSet(batch))
  expect(original!.headers['constructor']).toEqual([Object, Buffer.from('c')])
})

test('headers are decoded once', async () => {
  const [message] = await decoded({
    firstOffset: 0n,
    records: [{ value: 'v', headers: { a: '1' } }],
  })
  expect(message!.headers).toBe(message!.headers)
})

test('the formats before record batches go to KafkaJS', async () => {
  const set = encodeMessageSet({
    messageVersion: 1,
    compression: 0,
    entries: [{ key: 'k', value: 'v', timestamp: 1_700_000_000_000 }],
  }).buffer
  const decoder = new Decoder(new Encoder().writeInt32(set.length).writeBuffer(set).buffer)
  const [message] = await decodeMessages(decoder)
  expect((message as FetchedMessage).value).toEqual(Buffer.from('v'))
})

test.each([0, -1])('a record set of size %d has no messages', async (size) => {
  expect(await decodeMessages(new Decoder(new Encoder().writeInt32(size).buffer))).toEqual([])
})
