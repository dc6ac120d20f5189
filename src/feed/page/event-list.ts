const FIRST_BYTES = 16 * 1024
const MOST_BYTES = 1024 * 1024
/** Most bytes of a character of a string's length in UTF-8. */
const WIDEST = 3
const COMMA = ','.charCodeAt(0)

/**
 * JSON texts as one list of bytes. Each is written into the buffer that is sent: thousands of strings or separate buffers
 * until a page is full would be work for the garbage collector.
 */
export class EventList {
  private readonly full: Buffer[] = []
  private segment = Buffer.alloc(0)
  private at = 0
  private count = 0
  private size = 0

  get length(): number {
    return this.count
  }

  /** Size of the texts, without separators. */
  get bytes(): number {
    return this.size
  }

  add(text: string): void {
    const most = WIDEST * text.length + 1
    if (this.segment.length - this.at < most) this.extend(most)
    if (this.count > 0) this.segment[this.at++] = COMMA
    const written = this.segment.write(text, this.at)
    this.at += written
    this.size += written
    this.count += 1
  }

  /** The list in brackets, with the text before and after it, as consecutive buffers. */
  between(head: string, tail: string): readonly Buffer[] {
    return [Buffer.from(`${head}[`), ...this.full, this.written, Buffer.from(`]${tail}`)]
  }

  private get written(): Buffer {
    return this.segment.subarray(0, this.at)
  }

  private extend(least: number): void {
    if (this.at > 0) this.full.push(this.written)
    const usual = Math.min(MOST_BYTES, Math.max(FIRST_BYTES, 2 * this.segment.length))
    this.segment = Buffer.allocUnsafeSlow(Math.max(least, usual))
    this.at = 0
  }
}
