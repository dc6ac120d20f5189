/** Reads the types that are common to all versions of responses. Throws RangeError after the end. */
export class ResponseReader {
  protected position = 0

  constructor(protected readonly bytes: Buffer) {}

  int8(): number {
    return this.bytes.readInt8(this.step(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.step(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.step(4))
  }

  /** UTF-8 text of this length; a negative length is null, which is `undefined`. */
  protected text(length: number): string | undefined {
    if (length < 0) return undefined
    const start = this.step(length)
    return this.bytes.toString('utf8', start, start + length)
  }

  /** That many elements, each read by `read`. */
  protected elements<T>(count: number, read: () => T): T[] {
    const elements: T[] = []
    for (let left = count; left > 0; left -= 1) elements.push(read())
    return elements
  }

  /** Advances by the length and returns the start. */
  protected step(length: number): number {
    const start = this.position
    this.position += length
    return start
  }
}
