import { hash } from 'node:crypto'

const [BLOCK_BYTES, HASH_BYTES] = [64, 32]

/**
 * HMAC-SHA256 (RFC 2104) under one key, as a binary string. Uses one-shot hashes, because every event has a cursor: an
 * object of `createHmac` costs several times as much as the hashing, and a buffer for each hash as much as the hash.
 */
export function hmacSha256(key: Buffer): (message: Buffer) => string {
  const block = Buffer.alloc(BLOCK_BYTES)
  const short = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key
  short.copy(block)
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES)
  outer.set(block.map((byte) => byte ^ 0x5c))
  let inner = Buffer.alloc(2 * BLOCK_BYTES)
  inner.set(block.map((byte) => byte ^ 0x36))
  return (message) => {
    const length = BLOCK_BYTES + message.length
    // Grows to the largest message and is reused.
    if (inner.length < length) inner = Buffer.concat([inner], 2 * length)
    inner.set(message, BLOCK_BYTES)
    outer.write(hash('sha256', inner.subarray(0, length), 'binary'), BLOCK_BYTES, 'latin1')
    return hash('sha256', outer, 'binary')
  }
}
