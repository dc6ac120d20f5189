import { hash } from 'node:crypto'

const BLOCK_BYTES = 64

/**
 * HMAC-SHA256 (RFC 2104) under one key, made of one-shot hashes: with every event goes a cursor, and an object of
 * `createHmac` costs several times what the hashing does.
 */
export function hmacSha256(key: Buffer): (message: Buffer) => Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  const short = key.length > BLOCK_BYTES ? sha256(key) : key
  short.copy(block)
  const inner = block.map((byte) => byte ^ 0x36)
  const outer = block.map((byte) => byte ^ 0x5c)
  return (message) => sha256(Buffer.concat([outer, sha256(Buffer.concat([inner, message]))]))
}

const sha256 = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer')
