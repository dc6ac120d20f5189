import { createCipheriv } from 'node:crypto'
import type { Faker } from '@faker-js/faker'

/**
 * `bytes` bytes that do not compress, from the generator's seed: the key stream of a cipher. Per-character random
 * text would take most of the seeding time.
 */
export function noise(faker: Faker, bytes: number): Buffer {
  const key = Buffer.alloc(16)
  for (let at = 0; at < 16; at += 4) key.writeUInt32BE(faker.number.int({ max: 0xffffffff }), at)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes))
}
