import { createCipheriv, hkdfSync, timingSafeEqual } from 'node:crypto'
import { hmacSha256 } from './hmac'
import { arePacked, packPositions, unpackPositions } from './packed-positions'
import type { Position, Positions } from './position'
import { Problem } from '../problem'

/** The position of a feed's reader. */
export interface Cursor {
  /** Name of the feed, hashed: 4 bytes. */
  readonly feed: Buffer
  /** Identity of the selection: 8 bytes. */
  readonly selection: Buffer
  readonly positions: Positions
  /** Within a snapshot as of `positions`: the last key that was sent. */
  readonly snapshot?: SnapshotPosition | undefined
  /** With `order=commit`: the commit time before which every fact was sent, microseconds since 1970. Not within a snapshot. */
  readonly sentUntil?: bigint | undefined
}

export interface SnapshotPosition {
  readonly partition: number
  /** Undefined before the first key of the partition. */
  readonly key: Buffer | undefined
}

/** The first byte: whether the rest is encrypted; plus PACKED with many partitions. */
const [OPEN, SEALED] = [1, 2]
const PACKED = 2
/** What follows the positions and a number: nothing, the last key, or `sentUntil`. */
const [NO_KEY, KEY, SENT_UNTIL] = [0, 1, 2]
const MAC_BYTES = 16
/** The most partitions of a feed's topic. */
export const MAX_PARTITIONS = 1_000
/** Version, feed, selection, a few numbers, MAC; each position; at most. */
const [FIXED_BYTES, POSITION_BYTES] = [13 + 4 * 10 + 2 + MAC_BYTES, 10 + 4]
/** Longest text that is decoded: more than 1,000 partitions need. */
const MAX_TEXT = 24_000
const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
const FORM = /^[A-Za-z0-9_-]+$/

/**
 * Cursors as text: base64url of version, feed, selection, positions and position in a snapshot, followed by the first half of
 * an HMAC-SHA256 under the server's secret. A sealed one is also encrypted, by AES-256-CTR with that MAC as its initial
 * value (a synthetic one, as in RFC 5297): equal positions have equal text, which streams and cacheable pages need.
 */
export class CursorCodec {
  private readonly key: Buffer
  private readonly version: number
  private readonly hmac: (message: Buffer) => string

  constructor(
    secret: Buffer,
    /** Encrypts cursors, so that positions do not reveal how many facts there are to readers with restricted rights. */
    { sealed }: { readonly sealed: boolean } = { sealed: false },
  ) {
    this.version = sealed ? SEALED : OPEN
    this.hmac = hmacSha256(secret)
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'cursor encryption', 32))
  }

  encode({ feed, selection, positions, snapshot, sentUntil }: Cursor): string {
    const key = snapshot?.key
    const bytes = scratch(FIXED_BYTES + POSITION_BYTES * positions.length + (key?.length ?? 0))
    const isPacked = arePacked(positions)
    bytes[0] = this.version + (isPacked ? PACKED : 0)
    bytes.set(feed, 1)
    bytes.set(selection, 5)
    let at = varint(bytes, 13, BigInt(positions.length))
    if (isPacked) at = packPositions(bytes, at, positions)
    else {
      for (const { next, check } of positions) {
        at = varint(bytes, at, next)
        at = bytes.writeUInt32LE(check, at)
      }
    }
    if (snapshot !== undefined) {
      at = varint(bytes, at, BigInt(snapshot.partition))
      bytes[at++] = key === undefined ? NO_KEY : KEY
      if (key !== undefined) bytes.set(key, at)
      at += key?.length ?? 0
    } else if (sentUntil !== undefined) {
      bytes[at++] = 0
      bytes[at++] = SENT_UNTIL
      at = varint(bytes, at, sentUntil)
    }
    const body = bytes.subarray(0, at)
    const end = at + bytes.write(this.hmac(body), at, MAC_BYTES, 'latin1')
    if (this.version === SEALED) bytes.set(this.crypt(body, bytes.subarray(at, end)))
    return bytes.toString('base64url', 0, end)
  }

  /** Throws Problem `cursor-invalid` when this server's secret did not make it. */
  decode(text: string): Cursor {
    if (text.length > MAX_TEXT || !FORM.test(text)) throw invalid()
    const bytes = Buffer.from(text, 'base64url')
    // base64url has several texts for the same bytes; only the canonical one is accepted.
    if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== text) throw invalid()
    const mac = bytes.subarray(-MAC_BYTES)
    const sent = bytes.subarray(0, -MAC_BYTES)
    // Decryption is the same operation as encryption.
    const isSealed = sent[0] === SEALED || sent[0] === SEALED + PACKED
    const body = isSealed ? this.crypt(sent, mac) : sent
    const expected = Buffer.from(this.hmac(body), 'latin1').subarray(0, MAC_BYTES)
    if (!timingSafeEqual(expected, mac)) throw invalid()
    const [version = 0] = body
    if (version < OPEN || version > SEALED + PACKED) throw invalid()
    return new CursorBytes(body, version > SEALED).read()
  }

  private crypt(body: Buffer, mac: Buffer): Buffer {
    const cipher = createCipheriv('aes-256-ctr', this.key, mac)
    return Buffer.concat([body.subarray(0, 1), cipher.update(body.subarray(1))])
  }
}

/** Reads authenticated bytes, in which only the version can be wrong. */
class CursorBytes {
  private at = 1

  constructor(
    private readonly bytes: Buffer,
    private readonly isPacked: boolean,
  ) {}

  read(): Cursor {
    const feed = this.take(4)
    const selection = this.take(8)
    const count = Number(this.varint())
    if (count > MAX_PARTITIONS) throw invalid()
    const positions = this.isPacked ? this.packed(count) : this.whole(count)
    if (this.at === this.bytes.length) return { feed, selection, positions }
    const partition = Number(this.varint())
    const [kind] = this.take(1)
    if (kind === SENT_UNTIL) return { feed, selection, positions, sentUntil: this.varint() }
    const key = kind === NO_KEY ? undefined : this.take(this.bytes.length - this.at)
    return { feed, selection, positions, snapshot: { partition, key } }
  }

  private whole(count: number): Positions {
    return Array.from({ length: count }, (): Position => {
      const next = this.varint()
      return { next, check: this.take(4).readUInt32LE() }
    })
  }

  private packed(count: number): Positions {
    const { positions, end } = unpackPositions(this.bytes, this.at, count)
    this.at = end
    return positions
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw invalid()
    return this.bytes.subarray(this.at, (this.at += length))
  }

  private varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0] ?? 0
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw invalid()
  }
}

/** Reused for the next cursor, because every event has one. */
let kept = Buffer.alloc(0)

function scratch(length: number): Buffer {
  if (kept.length < length) kept = Buffer.alloc(2 * length)
  return kept
}

/** Returns the offset after the number. */
function varint(bytes: Buffer, from: number, value: bigint): number {
  let at = from
  let rest = value
  for (; rest > SAFE; rest >>= 7n) bytes[at++] = Number(rest & 127n) | 128
  let small = Number(rest)
  for (; small > 127; small = Math.floor(small / 128)) bytes[at++] = (small % 128) | 128
  bytes[at++] = small
  return at
}

const invalid = (): Problem =>
  new Problem(
    'cursor-invalid',
    'This cursor was not made by this server. Use the cursor of an event or a page unchanged, or start=earliest.',
  )
