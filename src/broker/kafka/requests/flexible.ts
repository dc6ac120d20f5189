import { ByteWriter } from '../kafkajs/byte-writer'
import { ResponseReader } from './response-reader'

const CONTINUES = 0x80
const PAYLOAD = 0x7f

/** Bytes of the longest compact length. */
export const COMPACT_LENGTH = 5
/** Bytes of the tagged fields when there are none. */
export const NO_TAGS = 1

/** Upper bound of the bytes of a compact string. */
export function boundOfCompactString(value: string): number {
  return COMPACT_LENGTH + Buffer.byteLength(value)
}

/**
 * Writes the flexible versions of requests (KIP-482): a compact length is an unsigned varint of the length and one, so
 * that 0 is null, and each structure ends with its tagged fields. KafkaJS writes none of these versions.
 */
export class FlexibleWriter extends ByteWriter {
  /** Compact length of an array, a string or bytes. */
  compactLength(length: number): void {
    let left = length + 1
    while (left > PAYLOAD) {
      this.int8Bits((left & PAYLOAD) | CONTINUES)
      left >>>= 7
    }
    this.int8Bits(left)
  }

  compactString(value: string): void {
    this.compactLength(Buffer.byteLength(value))
    this.position += this.bytes.write(value, this.position)
  }

  compactNull(): void {
    this.int8Bits(0)
  }

  noTags(): void {
    this.int8Bits(0)
  }

  private int8Bits(value: number): void {
    this.bytes[this.position++] = value
  }
}

/** A request without tagged fields: `bound` bytes at most. */
export function flexibleRequest(bound: number, write: (writer: FlexibleWriter) => void): Buffer {
  const writer = new FlexibleWriter(Buffer.allocUnsafe(NO_TAGS + bound + NO_TAGS))
  writer.noTags()
  write(writer)
  writer.noTags()
  return writer.bytes.subarray(0, writer.position)
}

/** Reads the flexible versions of responses. Throws RangeError after the end. */
export class FlexibleReader extends ResponseReader {
  int64(): bigint {
    return this.bytes.readBigInt64BE(this.step(8))
  }

  /** Null is `undefined`. */
  compactString(): string | undefined {
    return this.text(this.unsigned() - 1)
  }

  /** Each element as `read` reads it. Null is empty. */
  compactArray<T>(read: () => T): T[] {
    return this.elements(this.unsigned() - 1, read)
  }

  /** An array of topics, each with an array of partitions: all of them, each as `read` reads its fields. */
  partitions<T>(read: (topic: string) => T): T[] {
    const topics = this.compactArray(() => {
      const topic = this.compactString() ?? ''
      const partitions = this.compactArray(() => {
        const partition = read(topic)
        this.tags()
        return partition
      })
      this.tags()
      return partitions
    })
    return topics.flat()
  }

  /** Tagged fields; those without a reader in `known` are skipped. */
  tags(known: ReadonlyMap<number, () => void> = new Map()): void {
    for (let left = this.unsigned(); left > 0; left -= 1) {
      const tag = this.unsigned()
      const size = this.unsigned()
      const end = this.position + size
      if (end > this.bytes.length) throw new RangeError('A tagged field ends after the response')
      known.get(tag)?.()
      this.position = end
    }
  }

  private unsigned(): number {
    let result = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.step(1))
      result |= (byte & PAYLOAD) << shift
      if (byte < CONTINUES) return result >>> 0
    }
  }
}
