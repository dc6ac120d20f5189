import type { Message } from 'kafkajs'
import { crc32c } from '@node-rs/crc32'
import Encoder from 'kafkajs/src/protocol/encoder'
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0'
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0'
import Decoder from 'kafkajs/src/protocol/decoder'
import { ATTRIBUTE, BATCH_HEADER } from '../../../../src/broker/kafka/kafkajs/batch-context'

/** One record batch of a log, as a test describes it; encoded by KafkaJS's own encoder. */
export interface LogBatch {
  readonly firstOffset: bigint
  readonly records: readonly (Pick<Message, 'key' | 'value' | 'headers'> & {
    /** Default: the record's place. */
    readonly offsetDelta?: number
    /** Milliseconds from the batch's first timestamp; default 0. */
    readonly timestampDelta?: number
  })[]
  /** Default: that of the last record. Larger when compaction took the tail. */
  readonly lastOffsetDelta?: number
  readonly firstTimestamp?: number
  readonly maxTimestamp?: number
  readonly producerId?: bigint
  readonly producerEpoch?: number
  readonly transactional?: boolean
  readonly control?: boolean
  readonly logAppendTime?: boolean
  readonly compression?: number
}

const EPOCH = 1_700_000_000_000

export async function batchBytes(batch: LogBatch): Promise<Buffer> {
  const { control = false, logAppendTime = false, records, ...header } = batch
  const encoded = await RecordBatch({
    firstTimestamp: EPOCH,
    maxTimestamp: EPOCH,
    lastOffsetDelta: records.length - 1,
    ...header,
    records: records.map((record, index) =>
      encodeRecord({ offsetDelta: index, timestampDelta: 0, ...record }),
    ),
  })
  const bytes = Buffer.from(encoded.buffer)
  // A producer never sets these attributes, so the encoder cannot.
  const extra = (control ? ATTRIBUTE.control : 0) | (logAppendTime ? ATTRIBUTE.logAppendTime : 0)
  const attributes = bytes.readInt16BE(BATCH_HEADER.attributes) | extra
  bytes.writeInt16BE(attributes, BATCH_HEADER.attributes)
  return withChecksum(bytes)
}

/** The bytes with the checksum that belongs to them. */
export function withChecksum(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(BATCH_HEADER.attributes)), BATCH_HEADER.crc)
  return batch
}

/** A cursor at the record set of a fetch response: its size, then the batches. */
export function recordSet(...batches: readonly Buffer[]): Decoder {
  const bytes = Buffer.concat(batches)
  return new Decoder(new Encoder().writeInt32(bytes.length).writeBuffer(bytes).buffer)
}

const marker = (type: number): Buffer => Buffer.from([0, 0, 0, type])

/** The control batch that ends a transaction. */
export function endOfTransaction(
  firstOffset: bigint,
  producerId: bigint,
  outcome: 'abort' | 'commit',
): LogBatch {
  return {
    firstOffset,
    producerId,
    transactional: true,
    control: true,
    records: [{ key: marker(outcome === 'abort' ? 0 : 1), value: Buffer.alloc(6) }],
  }
}
