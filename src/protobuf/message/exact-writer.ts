import { BufferWriter } from 'protobufjs/minimal'

const SLAB_BYTES = 64 * 1024
/** Maximum length up to which copying byte by byte is faster than a call into the engine. */
const LOOPED_BYTES = 16
const halves = new Uint32Array(2)
const whole = new BigUint64Array(halves.buffer)
whole[0] = 1n
const [LOW, HIGH] = halves[0] === 1 ? ([0, 1] as const) : ([1, 0] as const)

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
const UINT64_MAX = 2n ** 64n - 1n

/**
 * protobufjs' writer, made exact. 64-bit fields accept bigint; a value that does not fit its field throws a TypeError
 * or RangeError, where protobufjs would silently write other bytes.
 *
 * Messages are written one after the other into a slab, and `finish` returns a view of it, not a copy: a message
 * that is kept for long keeps its slab of 64 KiB alive. One writer serves one message at a time, without awaits.
 */
export class ExactWriter extends BufferWriter {
  declare buf: Buffer
  declare states: number[]
  protected data: DataView
  /** Where the message being written begins in the slab. */
  private start = 0

  constructor() {
    super()
    this.buf = Buffer.allocUnsafeSlow(SLAB_BYTES)
    this.data = viewOf(this.buf)
    this.states = []
  }

  static override create(): ExactWriter {
    return new ExactWriter()
  }

  /** Ends the message: its bytes, as a view of the slab. The writer is ready for the next message. */
  override finish(): Buffer {
    const message = this.buf.subarray(this.start, this.pos)
    this.start = this.pos
    return message
  }

  /** Discards the message being written, after an error. */
  override reset(): this {
    this.pos = this.start
    this.states.length = 0
    return this
  }

  override uint32(value: number): this {
    if (this.pos + 5 > this.buf.length) this._reserve(5)
    const { buf } = this
    if (value >= 0 && value < 128 && value === (value | 0)) {
      buf[this.pos++] = value
      return this
    }
    let rest = value >>> 0
    if (rest !== value) throw misfit('uint32', value)
    while (rest > 127) {
      buf[this.pos++] = (rest & 127) | 128
      rest >>>= 7
    }
    buf[this.pos++] = rest
    return this
  }

  override int32(value: number): this {
    if ((value | 0) !== value) throw misfit('int32', value)
    return value < 0 ? this.varint64(value >>> 0, 0xffff_ffff) : this.uint32(value)
  }

  override sint32(value: number): this {
    if ((value | 0) !== value) throw misfit('sint32', value)
    return this.uint32(((value << 1) ^ (value >> 31)) >>> 0)
  }

  override fixed32(value: number): this {
    if (value >>> 0 !== value) throw misfit('fixed32', value)
    return this.word(value)
  }

  override sfixed32(value: number): this {
    if ((value | 0) !== value) throw misfit('sfixed32', value)
    return this.word(value)
  }

  override int64(value: unknown): this {
    split(value, true)
    return this.varint64(at(LOW), at(HIGH))
  }

  override uint64(value: unknown): this {
    split(value, false)
    return this.varint64(at(LOW), at(HIGH))
  }

  override sint64(value: unknown): this {
    split(value, true)
    const [low, high] = [at(LOW), at(HIGH)]
    const sign = high >> 31
    return this.varint64(((low << 1) ^ sign) >>> 0, (((high << 1) | (low >>> 31)) ^ sign) >>> 0)
  }

  override fixed64(value: unknown): this {
    split(value, false)
    return this.word(at(LOW)).word(at(HIGH))
  }

  override sfixed64(value: unknown): this {
    split(value, true)
    return this.word(at(LOW)).word(at(HIGH))
  }

  override bool(value: boolean): this {
    if (typeof value !== 'boolean') throw misfit('bool', value)
    if (this.pos + 1 > this.buf.length) this._reserve(1)
    this.buf[this.pos++] = value ? 1 : 0
    return this
  }

  override float(value: number): this {
    if (typeof value !== 'number') throw misfit('float', value)
    if (this.pos + 4 > this.buf.length) this._reserve(4)
    this.data.setFloat32(this.pos, value, true)
    this.pos += 4
    return this
  }

  override double(value: number): this {
    if (typeof value !== 'number') throw misfit('double', value)
    if (this.pos + 8 > this.buf.length) this._reserve(8)
    this.data.setFloat64(this.pos, value, true)
    this.pos += 8
    return this
  }

  override bytes(value: Uint8Array): this {
    if (!(value instanceof Uint8Array)) throw misfit('bytes', value)
    return this.uint32(value.length).raw(value)
  }

  override raw(value: Uint8Array): this {
    if (this.pos + value.length > this.buf.length) this._reserve(value.length)
    if (value.length > LOOPED_BYTES) {
      this.buf.set(value, this.pos)
      this.pos += value.length
      return this
    }
    const { buf } = this
    let { pos } = this
    for (let index = 0; index < value.length; index++) buf[pos++] = value[index] as number
    this.pos = pos
    return this
  }

  override string(value: string): this {
    if (typeof value !== 'string') throw misfit('string', value)
    const { length } = value
    const most = length < 1024 ? 3 * length : Buffer.byteLength(value)
    if (this.pos + 5 + most > this.buf.length) this._reserve(5 + most)
    const { buf, pos } = this
    const guess = varintSize(length)
    const written = buf.write(value, pos + guess)
    if (written !== length) {
      if (!(value as unknown as Es2024String).isWellFormed())
        throw new TypeError('expected well-formed text, found a lone surrogate')
      const size = varintSize(written)
      if (size > guess) buf.copyWithin(pos + size, pos + guess, pos + guess + written)
    }
    this.uint32(written)
    this.pos += written
    return this
  }

  override fork(): this {
    if (this.pos + 1 > this.buf.length) this._reserve(1)
    this.states.push(this.pos++)
    return this
  }

  /** Writes the length before the bytes written since `fork`, and moves these when the length needs more than one byte. */
  override ldelim(): this {
    this._reserve(4)
    const from = this.states.pop()
    if (from === undefined) throw new Error('ldelim without fork')
    const length = this.pos - from - 1
    if (length > 127) this.buf.copyWithin(from + varintSize(length), from + 1, this.pos)
    this.pos = from
    this.uint32(length)
    this.pos += length
    return this
  }

  /** Makes room for `bytes` more; a full slab is replaced and only the message being written moves over. */
  _reserve(bytes: number): void {
    if (this.pos + bytes <= this.buf.length) return
    const written = this.pos - this.start
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (written + bytes)))
    this.buf.copy(slab, 0, this.start, this.pos)
    for (const [index, position] of this.states.entries())
      this.states[index] = position - this.start
    this.buf = slab
    this.data = viewOf(slab)
    this.pos = written
    this.start = 0
  }

  protected varint64(low: number, high: number): this {
    if (this.pos + 10 > this.buf.length) this._reserve(10)
    const { buf } = this
    while (high !== 0) {
      buf[this.pos++] = (low & 127) | 128
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    while (low > 127) {
      buf[this.pos++] = (low & 127) | 128
      low >>>= 7
    }
    buf[this.pos++] = low
    return this
  }

  private word(value: number): this {
    if (this.pos + 4 > this.buf.length) this._reserve(4)
    this.data.setInt32(this.pos, value, true)
    this.pos += 4
    return this
  }
}

const PACKED = [
  'uint32',
  'int32',
  'sint32',
  'fixed32',
  'sfixed32',
  'float',
  'double',
  'bool',
  'uint64',
  'int64',
  'sint64',
  'fixed64',
  'sfixed64',
] as const
for (const scalar of PACKED) {
  Object.defineProperty(ExactWriter.prototype, `${scalar}s`, {
    value(this: ExactWriter, values: readonly unknown[]): ExactWriter {
      this.fork()
      for (const value of values) this[scalar](value as never)
      return this.ldelim()
    },
  })
}

/** In every Node this runs on, not yet in the declarations of the language level it is compiled for. */
interface Es2024String {
  isWellFormed(): boolean
}

const at = (half: 0 | 1): number => halves[half] as number

const viewOf = (buffer: Buffer): DataView =>
  new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)

/** Leaves the two 32-bit halves of a 64-bit integer, in two's complement, in `halves`. */
function split(value: unknown, signed: boolean): void {
  if (typeof value !== 'bigint') throw misfit('bigint', value)
  if (signed ? value > INT64_MAX || value < INT64_MIN : value < 0n || value > UINT64_MAX)
    throw misfit(signed ? 'int64' : 'uint64', value)
  whole[0] = value
}

const varintSize = (value: number): number =>
  value < 128 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5

export function misfit(expected: string, value: unknown): Error {
  if (typeof value === 'number' || typeof value === 'bigint')
    return new RangeError(`expected ${expected}, found ${value.toString()}`)
  return new TypeError(`expected ${expected}, found ${value === null ? 'null' : typeof value}`)
}
