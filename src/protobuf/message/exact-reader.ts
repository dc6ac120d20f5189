import { BufferReader, Reader } from 'protobufjs/minimal'

const halves = new Uint32Array(2)
const unsigned = new BigUint64Array(halves.buffer)
const signed = new BigInt64Array(halves.buffer)
unsigned[0] = 1n
const [LOW, HIGH] = halves[0] === 1 ? ([0, 1] as const) : ([1, 0] as const)

type Wide = 'int64' | 'uint64' | 'sint64' | 'fixed64' | 'sfixed64'
const Base = BufferReader as unknown as new (bytes: Buffer) => Omit<BufferReader, Wide>

/**
 * protobufjs' reader with 64-bit integers as bigint, exactly. Throws RangeError or Error on bytes that are not
 * protobuf. `bytes` fields are views of the input, not copies.
 */
export class ExactReader extends Base {
  /** Maximum nesting; deeper messages are rejected. */
  static readonly recursionLimit = Reader.recursionLimit

  constructor(bytes: Uint8Array) {
    super(
      Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    )
  }

  static create(bytes: Uint8Array): ExactReader {
    return new ExactReader(bytes)
  }

  int64(): bigint {
    this.varint64()
    return signed[0] as bigint
  }

  uint64(): bigint {
    this.varint64()
    return unsigned[0] as bigint
  }

  sint64(): bigint {
    const value = this.uint64()
    return (value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n
  }

  fixed64(): bigint {
    halves[LOW] = this.fixed32()
    halves[HIGH] = this.fixed32()
    return unsigned[0] as bigint
  }

  sfixed64(): bigint {
    return BigInt.asIntN(64, this.fixed64())
  }

  /** Leaves the value of at most ten bytes in `halves`; bits above 64 are dropped, as every implementation does. */
  private varint64(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.len) throw new RangeError(`index out of range: ${this.pos}`)
      const byte = this.buf[this.pos++] as number
      const bits = byte & 127
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
      if (byte < 128) {
        halves[LOW] = low
        halves[HIGH] = high
        return
      }
    }
    throw new Error('invalid varint encoding')
  }
}
