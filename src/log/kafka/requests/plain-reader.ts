/** Reads the versions of responses before the flexible ones. Throws RangeError behind the end. */
export class PlainReader {
  private position = 0

  constructor(private readonly bytes: Buffer) {}

  int8(): number {
    return this.bytes.readInt8(this.step(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.step(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.step(4))
  }

  /** Null is `undefined`. */
  string(): string | undefined {
    const length = this.int16()
    if (length < 0) return undefined
    const start = this.step(length)
    return this.bytes.toString('utf8', start, start + length)
  }

  /** Each element as `read` reads it. Null is empty. */
  array<T>(read: () => T): T[] {
    const elements: T[] = []
    for (let left = this.int32(); left > 0; left -= 1) elements.push(read())
    return elements
  }

  private step(length: number): number {
    const start = this.position
    this.position += length
    return start
  }
}
