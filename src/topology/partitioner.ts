/**
 * Partition of a key as the Java client's default partitioner computes it (murmur2, `toPositive`, modulo), so that
 * facts are co-partitioned with the records of any standard producer. A null key goes to partition 0.
 * Source: org.apache.kafka.common.utils.Utils.murmur2, BuiltInPartitioner.partitionForKey.
 */
export function partitionFor(key: Buffer | null, partitions: number): number {
  return key === null ? 0 : (murmur2(key) & 0x7fffffff) % partitions
}

const SEED = 0x9747b28c
const M = 0x5bd1e995

/** 32-bit murmur2 with Kafka's seed, as a signed integer. */
export function murmur2(data: Uint8Array): number {
  const length = data.length
  let hash = SEED ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    let k =
      byte(data, i) |
      (byte(data, i + 1) << 8) |
      (byte(data, i + 2) << 16) |
      (byte(data, i + 3) << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    k = Math.imul(k, M)
    hash = Math.imul(hash, M) ^ k
  }
  const rest = length - whole
  if (rest >= 3) hash ^= byte(data, whole + 2) << 16
  if (rest >= 2) hash ^= byte(data, whole + 1) << 8
  if (rest >= 1) {
    hash ^= byte(data, whole)
    hash = Math.imul(hash, M)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  return hash ^ (hash >>> 15)
}

const byte = (data: Uint8Array, index: number): number => data[index] ?? 0
