/** The m-th of n parts of a feed, m from 1. */
export interface Shard {
  readonly part: number
  readonly of: number
}

/** Parts that a feed can be split into. */
const MOST = 1_024

/** Parses `1/3` to `3/3`; undefined for other text. */
export function parseShard(text: string): Shard | undefined {
  const [, part, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const shard = { part: Number(part), of: Number(of) }
  return shard.part >= 1 && shard.part <= shard.of && shard.of <= MOST ? shard : undefined
}

/** Every key is in exactly one shard of n: FNV-1a (32 bits) of its bytes, modulo n, plus one. */
export function inShard(key: Uint8Array, { part, of }: Shard): boolean {
  return (fnv1a(key) % of) + 1 === part
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ */
export function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
