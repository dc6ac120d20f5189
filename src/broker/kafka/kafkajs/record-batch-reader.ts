import { crc32c } from '@node-rs/crc32'
import { KafkaJSError } from 'kafkajs/src/errors'
import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression'
import { BATCH_HEADER, BatchContext, MAGIC } from './batch-context'
import { ByteReader, addExact } from './byte-reader'
import { FetchedMessage } from './fetched-message'

/** The records of a fetched partition, in offset order. */
export interface FetchedMessages extends Array<FetchedMessage> {
  /** One past the last offset that the complete batches of the response cover; undefined when there was none. */
  nextOffset?: bigint
}

/** The bytes of a fetched batch are corrupt. Retriable: a second fetch may be correct. */
export class CorruptRecordBatchError extends KafkaJSError {
  override readonly name = 'CorruptRecordBatchError'
  constructor(offset: bigint, what: string) {
    super(
      `The record batch at offset ${offset.toString()} is corrupt: ${what}. If fetching it again fails too, check the ` +
        "network and the broker's disk (kafka-dump-log); nothing of this batch was delivered",
    )
  }
}

/**
 * Decodes the record batches (magic 2) in `bytes`. A truncated batch at the end, from the limit of a fetch (KIP-74), is left
 * for the next fetch. Throws CorruptRecordBatchError when a checksum does not match.
 */
export async function readRecordBatches(bytes: Buffer): Promise<FetchedMessages> {
  const messages: FetchedMessages = []
  let at = 0
  while (bytes.length - at >= BATCH_HEADER.records) {
    const end = at + BATCH_HEADER.body + bytes.readInt32BE(at + BATCH_HEADER.length)
    if (end > bytes.length) break
    checkBatch(bytes, at, end)
    const context = new BatchContext(bytes, at)
    const count = bytes.readInt32BE(at + BATCH_HEADER.count)
    const records = bytes.subarray(at + BATCH_HEADER.records, end)
    const codec = lookupCodecByAttributes(context.attributes)
    const plain = codec === null ? records : await codec.decompress(records)
    if (count > 0) readRecords(messages, context, plain, count)
    messages.nextOffset = context.lastOffsetBigInt + 1n
    at = end
  }
  return messages
}

function checkBatch(bytes: Buffer, at: number, end: number): void {
  const fail = (what: string): never => {
    throw new CorruptRecordBatchError(bytes.readBigInt64BE(at), what)
  }
  if (end < at + BATCH_HEADER.records) fail(`its length is ${end - at - BATCH_HEADER.body}`)
  const magic = bytes.readInt8(at + BATCH_HEADER.magic)
  if (magic !== MAGIC) fail(`its format is ${magic}, expected ${MAGIC}`)
  const expected = bytes.readUInt32BE(at + BATCH_HEADER.crc)
  const actual = crc32c(bytes.subarray(at + BATCH_HEADER.attributes, end))
  if (expected !== actual) {
    fail(`its CRC-32C is ${actual.toString(16)}, expected ${expected.toString(16)}`)
  }
}

function readRecords(
  messages: FetchedMessages,
  context: BatchContext,
  bytes: Buffer,
  count: number,
): void {
  const { firstOffsetValue, firstTimestampValue } = context
  const appendTime = context.hasAppendTime ? context.maxTimestampValue : undefined
  const reader = new ByteReader(bytes, 0)
  for (let index = 0; index < count; index += 1) {
    const length = reader.varint()
    const end = reader.position + length
    const attributes = bytes[reader.position++] ?? 0
    const timestampDelta = reader.varlong()
    const offset = addExact(firstOffsetValue, reader.varint())
    const timestamp = appendTime ?? addExact(firstTimestampValue, timestampDelta)
    const key = reader.varbytes()
    const value = reader.varbytes()
    if (length < 0 || end > bytes.length || reader.position > end) {
      throw new CorruptRecordBatchError(
        BigInt(firstOffsetValue),
        `record ${index + 1} of ${count} does not end within its length`,
      )
    }
    messages.push(
      new FetchedMessage(
        context,
        attributes,
        offset,
        timestamp,
        key,
        value,
        bytes,
        reader.position,
      ),
    )
    reader.position = end
  }
}
