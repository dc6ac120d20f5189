/** Partition (4 bytes) and offset (8 bytes), big endian, so that byte order is topic order. */
export function rowKey(partition: number, offset: bigint): Buffer {
  const key = Buffer.allocUnsafe(12)
  key.writeUInt32BE(partition, 0)
  key.writeBigUInt64BE(offset, 4)
  return key
}

export const offsetOf = (key: Buffer): bigint => key.readBigUInt64BE(4)

/** Partition and the record's key. */
export function latestKey(partition: number, key: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(4 + key.length)
  bytes.writeUInt32BE(partition, 0)
  bytes.set(key, 4)
  return bytes
}

/** The record's key; a copy, because the database may reuse the bytes. */
export const keyOf = (bytes: Buffer): Buffer => Buffer.from(bytes.subarray(4))
