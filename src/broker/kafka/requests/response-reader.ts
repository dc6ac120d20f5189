/** Reads what all versions of responses write alike. Throws RangeError after the end. */
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

  /** So many bytes of UTF-8; a negative length is null, which is `undefined`. */
  protected text(length: number): string | undefined {
    if (length < 0) return undefined
    const start = this.step(length)
    return this.bytes.toString('utf8', start, start + length)
  }

  /** So many elements, each as `read` reads it. */
  protected elements<T>(count: number, read: () => T): T[] {
    const elements: T[] = []
    for (let left = count; left > 0; left -= 1) elements.push(read())
    return elements
  }

  /** Where the next so many bytes begin. */
  protected step(length: number): number {
    const start = this.position
    this.position += length
    return start
  }
}
