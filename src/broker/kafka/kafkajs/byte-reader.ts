const CONTINUES = 0x80
const PAYLOAD = 0x7f

/**
 * A cursor over the records of a batch. Varints are protobuf's zigzag base-128
 * (https://kafka.apache.org/documentation/#recordbatch). Numbers come as `number` while that is exact, as `bigint`
 * beyond. Reading past the end returns zeros and shows in `position`; the caller checks record lengths.
 */
export class ByteReader {
  constructor(
    readonly bytes: Buffer,
    public position: number,
  ) {}

  /** A zigzag varint of at most 32 bits: lengths and offset deltas. */
  varint(): number {
    const bytes = this.bytes
    let byte = bytes[this.position++] ?? 0
    let result = byte & PAYLOAD
    for (let shift = 7; byte >= CONTINUES; shift += 7) {
      byte = bytes[this.position++] ?? 0
      result |= (byte & PAYLOAD) << shift
    }
    return (result >>> 1) ^ -(result & 1)
  }

  /** A zigzag varint of at most 64 bits: timestamp deltas. */
  varlong(): number | bigint {
    const start = this.position
    const low = this.group(28)
    if (!this.continues()) return (low >>> 1) ^ -(low & 1)
    const high = this.group(21)
    if (this.continues()) return this.wideVarlong(start)
    const zigzag = high * 0x1000_0000 + low
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
  }

  /** Bytes after their varint length; -1 is null. A view, not a copy. */
  varbytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    const start = this.position
    this.position = start + length
    return this.bytes.subarray(start, start + length)
  }

  /** UTF-8 text after its varint length. */
  vartext(): string {
    const length = this.varint()
    const start = this.position
    this.position = start + length
    return this.bytes.toString('utf8', start, start + length)
  }

  /** The next bytes of a varint, at most `bits` of them. */
  private group(bits: number): number {
    let result = 0
    let byte = CONTINUES
    for (let shift = 0; byte >= CONTINUES && shift < bits; shift += 7) {
      byte = this.bytes[this.position++] ?? 0
      result |= (byte & PAYLOAD) << shift
    }
    return result
  }

  /** Whether the varint continues after the bytes read so far. */
  private continues(): boolean {
    return (this.bytes[this.position - 1] ?? 0) >= CONTINUES
  }

  private wideVarlong(start: number): number | bigint {
    this.position = start
    let result = 0n
    let byte = CONTINUES
    for (let shift = 0n; byte >= CONTINUES && shift < 70n; shift += 7n) {
      byte = this.bytes[this.position++] ?? 0
      result |= BigInt(byte & PAYLOAD) << shift
    }
    return toExact(BigInt.asIntN(64, (result >> 1n) ^ -(result & 1n)))
  }
}

/** The same integer as `number` when that is exact, else as `bigint`. */
export function toExact(value: bigint): number | bigint {
  const narrow = Number(value)
  return Number.isSafeInteger(narrow) ? narrow : value
}

/** a + b without loss. */
export function addExact(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return toExact(BigInt(a) + BigInt(b))
}
