import { crc32c } from '@node-rs/crc32'
import { lookupCodec } from 'kafkajs/src/protocol/message/compression'
import { ATTRIBUTE, BATCH_HEADER, MAGIC } from './batch-context'
import { ByteWriter } from './byte-writer'
import type { MeasuredRecords, ProducedMessage } from './record-writer'
import { measureRecords, writeRecords } from './record-writer'

/** Attributes of a batch. */
export interface BatchAttributes {
  /** -1 when the producer is not idempotent. */
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
  readonly transactional: boolean
  /** One of KafkaJS's CompressionTypes; 0 is none. */
  readonly compression: number
}

/** A record batch of known size, to be written once. */
export interface MeasuredBatch {
  readonly size: number
  write(writer: ByteWriter): void
}

/**
 * Measures the messages as one record batch (magic 2). The bytes are those of KafkaJS's encoder
 * (protocol/recordBatch/v0/index.js) except for the batch's first and maximal timestamp: KafkaJS takes them from the
 * timestamps sorted as text and leaves messages without a timestamp out.
 */
export async function measureBatch(
  messages: readonly ProducedMessage[],
  attributes: BatchAttributes,
): Promise<MeasuredBatch> {
  const records = measureRecords(messages, Date.now())
  const codec = attributes.compression === 0 ? null : lookupCodec(attributes.compression)
  if (codec === null) {
    return batchOf(records, attributes, records.size, (writer) => {
      writeRecords(writer, records)
    })
  }
  const plain = new ByteWriter(Buffer.allocUnsafe(records.size))
  writeRecords(plain, records)
  const compressed = await codec.compress({ buffer: plain.bytes })
  return batchOf(records, attributes, compressed.length, (writer) => {
    writer.raw(compressed)
  })
}

function batchOf(
  records: MeasuredRecords,
  attributes: BatchAttributes,
  recordsSize: number,
  writeBody: (writer: ByteWriter) => void,
): MeasuredBatch {
  const size = BATCH_HEADER.records + recordsSize
  return {
    size,
    write: (writer) => {
      const start = writer.position
      writeHeader(writer, records, attributes, size)
      writeBody(writer)
      const crc = crc32c(writer.bytes.subarray(start + BATCH_HEADER.attributes, writer.position))
      writer.bytes.writeUInt32BE(crc, start + BATCH_HEADER.crc)
    },
  }
}

function writeHeader(
  writer: ByteWriter,
  records: MeasuredRecords,
  attributes: BatchAttributes,
  size: number,
): void {
  const { compression, transactional, producerId, producerEpoch, firstSequence } = attributes
  const count = records.messages.length
  writer.int64(0n) // first offset: assigned by the broker
  writer.int32(size - BATCH_HEADER.body)
  writer.int32(0) // partition leader epoch: by the broker too
  writer.int8(MAGIC)
  writer.int32(0) // CRC-32C, once the rest is written
  writer.int16((compression & ATTRIBUTE.codec) | (transactional ? ATTRIBUTE.transactional : 0))
  writer.int32(count - 1)
  writer.int64(records.firstTimestamp)
  writer.int64(records.maxTimestamp)
  writer.int64(producerId)
  writer.int16(producerEpoch)
  writer.int32(firstSequence)
  writer.int32(count)
}
