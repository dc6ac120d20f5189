import { crc32 } from '@node-rs/crc32'
import { FactsError } from '../../errors'
import type { Entry, FactRow } from './entry'

const DELETE = 1
const NO_VALUE = 2
const UPDATE = 4
const NONE = 0xffff_ffff_ffff_ffffn
/** flags 1, previous 8, time 8, highest time 8, check 4, length of the key 2. */
const HEAD_BYTES = 31
const SEAL_BYTES = 4
/** CRC-32 of any bytes followed by their own CRC-32. */
const SEALED = 0x2144_df1c

/** Distinguishes a fact from another one at the same offset. */
export const checkOf = (key: Buffer, value: Buffer | null): number => crc32(value ?? '', crc32(key))

/** The row's bytes, followed by their CRC-32. */
export function encodeRow(row: FactRow): Buffer {
  const { key, value } = row
  const valueBytes = value?.length ?? 0
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + key.length + valueBytes + SEAL_BYTES)
  const flags =
    (row.isDelete ? DELETE : 0) | (value === null ? NO_VALUE : 0) | (row.isUpdate ? UPDATE : 0)
  bytes.writeUInt8(flags, 0)
  bytes.writeBigUInt64LE(row.previous ?? NONE, 1)
  bytes.writeBigInt64LE(row.time, 9)
  bytes.writeBigInt64LE(row.highestTime, 17)
  bytes.writeUInt32LE(row.check, 25)
  bytes.writeUInt16LE(key.length, 29)
  bytes.set(key, HEAD_BYTES)
  if (value !== null) bytes.set(value, HEAD_BYTES + key.length)
  const end = bytes.length - SEAL_BYTES
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end)
  return bytes
}

/** Throws STATE_CORRUPT when the bytes are damaged. Parts are extracted on access. */
export function decodeRow(bytes: Buffer, partition: number, offset: bigint): StoredRow {
  if (bytes.length < HEAD_BYTES + SEAL_BYTES || crc32(bytes) !== SEALED) {
    throw new FactsError(
      'STATE_CORRUPT',
      "The feed's store is damaged (checksum of a fact); it is rebuilt from the topic. Check the disk.",
    )
  }
  return new StoredRow(bytes, partition, offset)
}

class StoredRow implements Entry {
  private valueBytes: Buffer | null | undefined
  private highest: bigint | undefined

  constructor(
    private readonly bytes: Buffer,
    readonly partition: number,
    readonly offset: bigint,
  ) {}

  get key(): Buffer {
    return this.bytes.subarray(HEAD_BYTES, this.valueAt)
  }

  get value(): Buffer | null {
    if (this.valueBytes === undefined) {
      const isThere = (this.flags & NO_VALUE) === 0
      const { bytes, valueAt } = this
      this.valueBytes = isThere ? bytes.subarray(valueAt, bytes.length - SEAL_BYTES) : null
    }
    return this.valueBytes
  }

  get previous(): bigint | undefined {
    const previous = this.bytes.readBigUInt64LE(1)
    return previous === NONE ? undefined : previous
  }

  get time(): bigint {
    return this.bytes.readBigInt64LE(9)
  }

  /** Cached, because it is compared with the rows of every other partition. */
  get highestTime(): bigint {
    return (this.highest ??= this.bytes.readBigInt64LE(17))
  }

  get check(): number {
    return this.bytes.readUInt32LE(25)
  }

  get isDelete(): boolean {
    return (this.flags & DELETE) !== 0
  }

  get isUpdate(): boolean {
    return (this.flags & UPDATE) !== 0
  }

  private get flags(): number {
    return this.bytes[0] ?? 0
  }

  private get valueAt(): number {
    return HEAD_BYTES + this.bytes.readUInt16LE(29)
  }
}
