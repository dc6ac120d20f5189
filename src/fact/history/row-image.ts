import type { FieldValues, ObjectFactory } from '../../table/shape/object-factory'
import { fieldValues, objectFactory } from '../../table/shape/object-factory'

/** Tags of values; part of the stored format, never renumber. */
const NULL = 0
const FALSE = 1
const TRUE = 2
const INTEGER = 3
const DOUBLE = 4
const BIGINT = 5
const BIG_TEXT = 6
const TEXT = 7
const BYTES = 8
const LIST = 9
const JSON_TEXT = 10

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
/** A text of so many characters has at most 126 bytes, so its length takes one byte. */
const SHORT = 42
/** Most bytes that a varint, a number or a tag take, with room to spare. */
const ROOM = 16

/**
 * Rows as bytes: the values in the order of the columns, each after its type tag. The same row gives the same bytes, so
 * two images are the same row exactly when their bytes are the same.
 */
export class RowImage {
  private readonly values: FieldValues
  private readonly make: ObjectFactory

  constructor(columns: readonly string[]) {
    this.values = fieldValues(columns)
    this.make = objectFactory(columns)
  }

  /** The image, after `room` bytes that the caller fills. The caller owns the buffer. */
  encode(row: object, room: number): Buffer {
    scratch.position = room
    for (const value of this.values(row as Readonly<Record<string, unknown>>)) scratch.value(value)
    return scratch.copy()
  }

  /** The row whose image begins at `from`. Throws RangeError when the bytes are not an image. */
  decode(bytes: Buffer, from: number): Readonly<Record<string, unknown>> {
    const reader = new ImageReader(bytes, from)
    const values: unknown[] = []
    while (reader.position < bytes.length) values.push(reader.value())
    return this.make(values) as Readonly<Record<string, unknown>>
  }

  /** The first values of the image that begins at `from`, under these names, which need not be those of this image. */
  decodeFirst(
    bytes: Buffer,
    from: number,
    names: readonly string[],
  ): Readonly<Record<string, unknown>> {
    const reader = new ImageReader(bytes, from)
    return Object.fromEntries(names.map((name) => [name, reader.value()]))
  }
}

class ImageWriter {
  position = 0
  private bytes = Buffer.allocUnsafeSlow(64 * 1024)

  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.position))
  }

  value(value: unknown): void {
    this.reserve(ROOM)
    if (typeof value === 'string') this.text(TEXT, value)
    else if (value === null || value === undefined) this.tag(NULL)
    else if (typeof value === 'bigint') this.bigint(value)
    else if (typeof value === 'number') this.number(value)
    else if (typeof value === 'boolean') this.tag(value ? TRUE : FALSE)
    else if (Buffer.isBuffer(value)) this.raw(value)
    else if (Array.isArray(value)) this.list(value)
    else this.text(JSON_TEXT, JSON.stringify(value))
  }

  private tag(tag: number): void {
    this.bytes[this.position++] = tag
  }

  private number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.tag(INTEGER)
      this.varint(((value << 1) ^ (value >> 31)) >>> 0)
    } else {
      this.tag(DOUBLE)
      this.position = this.bytes.writeDoubleLE(value, this.position)
    }
  }

  private bigint(value: bigint): void {
    if (value < INT64_MIN || value > INT64_MAX) {
      this.text(BIG_TEXT, String(value))
      return
    }
    this.tag(BIGINT)
    this.position = this.bytes.writeBigInt64LE(value, this.position)
  }

  private text(tag: number, value: string): void {
    this.tag(tag)
    if (value.length <= SHORT) {
      this.reserve(ROOM + 3 * SHORT)
      const at = this.position++
      this.bytes[at] = this.shortText(value)
      return
    }
    const length = Buffer.byteLength(value)
    this.reserve(ROOM + length)
    this.varint(length)
    this.position += this.bytes.write(value, this.position)
  }

  /** Writes and gives the number of bytes. */
  private shortText(value: string): number {
    const { bytes, position } = this
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) {
        const length = bytes.write(value, position)
        this.position = position + length
        return length
      }
      bytes[position + index] = code
    }
    this.position = position + value.length
    return value.length
  }

  private raw(value: Buffer): void {
    this.tag(BYTES)
    this.reserve(ROOM + value.length)
    this.varint(value.length)
    this.bytes.set(value, this.position)
    this.position += value.length
  }

  private list(values: readonly unknown[]): void {
    this.tag(LIST)
    this.varint(values.length)
    for (const value of values) this.value(value)
  }

  private varint(value: number): void {
    let left = value
    while (left > 0x7f) {
      this.bytes[this.position++] = (left & 0x7f) | 0x80
      left >>>= 7
    }
    this.bytes[this.position++] = left
  }

  private reserve(room: number): void {
    if (this.position + room <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.position + room))
    this.bytes.copy(larger, 0, 0, this.position)
    this.bytes = larger
  }
}

class ImageReader {
  constructor(
    private readonly bytes: Buffer,
    public position: number,
  ) {}

  value(): unknown {
    const { bytes } = this
    const tag = bytes[this.position++] ?? -1
    switch (tag) {
      case NULL:
        return null
      case FALSE:
        return false
      case TRUE:
        return true
      case INTEGER: {
        const zigzag = this.varint()
        return (zigzag >>> 1) ^ -(zigzag & 1)
      }
      case DOUBLE:
        return bytes.readDoubleLE(this.skip(8))
      case BIGINT:
        return bytes.readBigInt64LE(this.skip(8))
      case BIG_TEXT:
        return BigInt(this.text())
      case TEXT:
        return this.text()
      case BYTES: {
        const length = this.varint()
        const from = this.skip(length)
        return Buffer.from(bytes.subarray(from, from + length))
      }
      case LIST:
        return Array.from({ length: this.varint() }, () => this.value())
      case JSON_TEXT:
        return JSON.parse(this.text()) as unknown
      default:
        throw new RangeError(`There is no value of type ${tag} at byte ${this.position - 1}.`)
    }
  }

  private text(): string {
    const length = this.varint()
    const from = this.skip(length)
    return this.bytes.toString('utf8', from, from + length)
  }

  private varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.skip(1)] ?? 0
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new RangeError(`A length does not end at byte ${this.position}.`)
  }

  /** Moves on and gives where it was. */
  private skip(length: number): number {
    const from = this.position
    this.position += length
    if (this.position > this.bytes.length) {
      throw new RangeError(`The bytes end within a value, at byte ${this.bytes.length}.`)
    }
    return from
  }
}

/** Shared by all: encoding is synchronous. */
const scratch = new ImageWriter()
