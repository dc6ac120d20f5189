const CONTINUES = 0x80
const PAYLOAD = 0x7f
const INT32 = 0x8000_0000
/** Up to this length a loop is faster than a call into native code. */
const SHORT = 32

/** Bytes, or text that is written as UTF-8. */
export type Bytes = Uint8Array | string

/**
 * Writes into a buffer of the exact size, from the size functions below. The counterpart of ByteReader.
 */
export class ByteWriter {
  constructor(
    readonly bytes: Buffer,
    public position = 0,
  ) {}

  int8(value: number): void {
    this.position = this.bytes.writeInt8(value, this.position)
  }

  int16(value: number): void {
    this.position = this.bytes.writeInt16BE(value, this.position)
  }

  int32(value: number): void {
    this.position = this.bytes.writeInt32BE(value, this.position)
  }

  uint32(value: number): void {
    this.position = this.bytes.writeUInt32BE(value, this.position)
  }

  int64(value: number | bigint): void {
    this.position = this.bytes.writeBigInt64BE(BigInt(value), this.position)
  }

  /** A zigzag varint of 32 bits. */
  varint(value: number): void {
    const bytes = this.bytes
    let left = ((value << 1) ^ (value >> 31)) >>> 0
    while (left > PAYLOAD) {
      bytes[this.position++] = (left & PAYLOAD) | CONTINUES
      left >>>= 7
    }
    bytes[this.position++] = left
  }

  /** A zigzag varint of 64 bits, from 0 to 2^52. */
  varlong(value: number): void {
    if (value < INT32) {
      this.varint(value)
      return
    }
    const bytes = this.bytes
    let left = value * 2
    while (left > PAYLOAD) {
      bytes[this.position++] = (left % CONTINUES) | CONTINUES
      left = Math.floor(left / CONTINUES)
    }
    bytes[this.position++] = left
  }

  /** Bytes after their varint length; null and undefined are length -1. */
  varbytes(value: Bytes | null | undefined): void {
    if (value === null || value === undefined) {
      this.varint(-1)
      return
    }
    if (typeof value === 'string') {
      this.varint(textLength(value))
      this.text(value)
    } else {
      this.varint(value.length)
      this.raw(value)
    }
  }

  /** A string after its int16 length; null is length -1. */
  string(value: string | null): void {
    if (value === null) {
      this.int16(-1)
      return
    }
    this.int16(Buffer.byteLength(value))
    this.text(value)
  }

  raw(value: Uint8Array): void {
    const length = value.length
    if (length > SHORT) {
      this.bytes.set(value, this.position)
      this.position += length
    } else {
      for (let index = 0; index < length; index += 1)
        this.bytes[this.position++] = value[index] ?? 0
    }
  }

  private text(value: string): void {
    const length = value.length
    const start = this.position
    if (length <= SHORT) {
      let index = 0
      for (; index < length; index += 1) {
        const code = value.charCodeAt(index)
        if (code > 0x7f) break
        this.bytes[start + index] = code
      }
      if (index === length) {
        this.position = start + length
        return
      }
    }
    this.position = start + this.bytes.write(value, start)
  }
}

export function sizeOfVarint(value: number): number {
  const left = ((value << 1) ^ (value >> 31)) >>> 0
  if (left < 0x80) return 1
  if (left < 0x4000) return 2
  if (left < 0x20_0000) return 3
  return left < 0x1000_0000 ? 4 : 5
}

export function sizeOfVarlong(value: number): number {
  if (value < INT32) return sizeOfVarint(value)
  let size = 1
  for (let left = value * 2; left > PAYLOAD; left = Math.floor(left / CONTINUES)) size += 1
  return size
}

/** Throws TypeError, which KafkaJS never retries, when it is neither bytes, text, null nor undefined. */
export function sizeOfVarbytes(value: Bytes | null | undefined): number {
  if (value === null || value === undefined) return 1
  const length = byteLength(value)
  return sizeOfVarint(length) + length
}

export function sizeOfString(value: string | null): number {
  return 2 + (value === null ? 0 : Buffer.byteLength(value))
}

function byteLength(value: unknown): number {
  if (typeof value === 'string') return textLength(value)
  if (value instanceof Uint8Array) return value.length
  throw new TypeError(
    `A key, value or header must be a Buffer, a string or null, not ${typeof value}`,
  )
}

function textLength(value: string): number {
  const length = value.length
  if (length > SHORT) return Buffer.byteLength(value)
  for (let index = 0; index < length; index += 1) {
    if (value.charCodeAt(index) > 0x7f) return Buffer.byteLength(value)
  }
  return length
}
