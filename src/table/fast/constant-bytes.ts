import type { ByteCursor } from '../bytes/byte-cursor'

/**
 * Bytes that a record is expected to have at a place, compared eight at a time. As doubles: no byte of UTF-8 text makes a
 * NaN but DEL, and one that did would only make the record be missed.
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

  /** Skips the bytes if they are at the cursor. */
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
