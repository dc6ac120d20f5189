import { toExact } from './byte-reader'

/** Bytes from the start of a batch to its records (https://kafka.apache.org/documentation/#recordbatch). */
export const BATCH_HEADER = {
  length: 8,
  /** First byte after the length field, from which `length` counts. */
  body: 12,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  /** First byte under the checksum. */
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  firstSequence: 53,
  count: 57,
  records: 61,
} as const

export const MAGIC = 2
export const ATTRIBUTE = { codec: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 }
const LOG_APPEND_TIME = 1
const CREATE_TIME = 0

/** The header of one record batch; every record of the batch points to it (KafkaJS's `batchContext`). */
export class BatchContext {
  readonly magicByte = MAGIC
  readonly attributes: number
  /** `number` while exact, else `bigint`; so are the other `…Value` fields of this folder. */
  readonly firstOffsetValue: number | bigint
  readonly firstTimestampValue: number | bigint
  readonly maxTimestampValue: number | bigint
  readonly producerIdValue: bigint
  readonly partitionLeaderEpoch: number
  readonly lastOffsetDelta: number
  readonly producerEpoch: number
  readonly firstSequence: number

  constructor(bytes: Buffer, at: number) {
    this.attributes = bytes.readInt16BE(at + BATCH_HEADER.attributes)
    this.firstOffsetValue = toExact(bytes.readBigInt64BE(at))
    this.firstTimestampValue = toExact(bytes.readBigInt64BE(at + BATCH_HEADER.firstTimestamp))
    this.maxTimestampValue = toExact(bytes.readBigInt64BE(at + BATCH_HEADER.maxTimestamp))
    this.producerIdValue = bytes.readBigInt64BE(at + BATCH_HEADER.producerId)
    this.partitionLeaderEpoch = bytes.readInt32BE(at + BATCH_HEADER.leaderEpoch)
    this.lastOffsetDelta = bytes.readInt32BE(at + BATCH_HEADER.lastOffsetDelta)
    this.producerEpoch = bytes.readInt16BE(at + BATCH_HEADER.producerEpoch)
    this.firstSequence = bytes.readInt32BE(at + BATCH_HEADER.firstSequence)
  }

  get firstOffset(): string {
    return String(this.firstOffsetValue)
  }

  /** The last offset the batch ever held, whether compaction kept that record or not. */
  get lastOffsetBigInt(): bigint {
    return BigInt(this.firstOffsetValue) + BigInt(this.lastOffsetDelta)
  }

  get firstTimestamp(): string {
    return String(this.firstTimestampValue)
  }

  get maxTimestamp(): string {
    return String(this.maxTimestampValue)
  }

  get producerId(): string {
    return this.producerIdValue.toString()
  }

  get inTransaction(): boolean {
    return (this.attributes & ATTRIBUTE.transactional) !== 0
  }

  get isControlBatch(): boolean {
    return (this.attributes & ATTRIBUTE.control) !== 0
  }

  get hasAppendTime(): boolean {
    return (this.attributes & ATTRIBUTE.logAppendTime) !== 0
  }

  get timestampType(): number {
    return this.hasAppendTime ? LOG_APPEND_TIME : CREATE_TIME
  }
}
