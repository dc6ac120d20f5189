import type { ByteCursor } from '../bytes/byte-cursor'

/**
 * Expected bytes at a position of a record, compared eight at a time, as doubles. In UTF-8 text only the byte DEL can make a
 * NaN, which equals nothing: the record is then left to the exact decoder.
 */
export class ConstantBytes {
  readonly length: number
  private readonly bytes: Uint8Array
  private readonly words: Float64Array
  private readonly lastWord: number

  constructor(bytes: Uint8Array) {
    const copy = Buffer.from(bytes)
    this.length = copy.length
    this.bytes = copy
    this.words = Float64Array.from({ length: copy.length >> 3 }, (_, index) =>
      copy.readDoubleLE(index * 8),
    )
    this.lastWord = copy.length < 8 ? 0 : copy.readDoubleLE(copy.length - 8)
  }

  /** Skips the bytes, if they are at the cursor. */
  take(cursor: ByteCursor): boolean {
    const { words, length } = this
    const start = cursor.pos
    const stop = start + length
    if (stop > cursor.end) return false
    cursor.pos = stop
    if (length < 8) return this.isAt(cursor.bytes, start)
    const { view } = cursor
    for (let index = 0, at = start; index < words.length; index++, at += 8) {
      if (view.getFloat64(at, true) !== words[index]) return false
    }
    return view.getFloat64(stop - 8, true) === this.lastWord
  }

  private isAt(bytes: Uint8Array, start: number): boolean {
    for (let index = 0; index < this.length; index++) {
      if (bytes[start + index] !== this.bytes[index]) return false
    }
    return true
  }
}
