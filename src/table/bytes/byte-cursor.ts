import { scanNumber } from './read-number'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** What a scanned string contains, as bits. */
const ESCAPED = 1
const NOT_ASCII = 2
/** Not a string, or one that JSON forbids. */
const NO_STRING = -1

/** "null" as a little-endian word. */
const NULL_WORD = 0x6c6c756e
/** Maximum nesting; deeper containers are left to the exact parser, which has a limit, too. */
const MAX_DEPTH = 100
/** The replacement character, which lenient decoding returns for an invalid byte. */
const REPLACEMENT = '\ufffd'

/**
 * Reads compact JSON from a record's bytes without parsing it whole. Every `read` returns undefined (NaN for a number) on
 * any unusual form; the caller then leaves the record to the exact parser. Positions are those of the underlying
 * ArrayBuffer, which the records of a batch share, so a caller must check that it ends exactly at `end`.
 */
export class ByteCursor {
  pos = 0
  end = 0
  bytes: Uint8Array = new Uint8Array(0)
  view: DataView = new DataView(this.bytes.buffer)
  /** The content of the string scanned last, without its quotes. */
  contentStart = 0
  contentEnd = 0
  private value: Buffer = Buffer.alloc(0)
  private base = 0
  private text = ''
  private textStart = 0
  private textEnd = 0

  /** Moves to the first byte of `value`. */
  attach(value: Buffer): void {
    if (value.buffer !== this.bytes.buffer) {
      this.bytes = new Uint8Array(value.buffer)
      this.view = new DataView(value.buffer)
    }
    this.value = value
    this.base = value.byteOffset
    this.pos = this.base
    this.end = this.base + value.length
    this.textEnd = 0
  }

  /** Decodes `pos` to `end - tail` at once; strings within are slices of that text, which is far cheaper. */
  openText(tail: number): void {
    this.textStart = this.pos
    this.textEnd = this.end - tail
    this.text = this.value.toString('latin1', this.pos - this.base, this.textEnd - this.base)
  }

  /** Skips `null`, if it is at the cursor. */
  takeNull(): boolean {
    if (this.pos + 4 > this.end || this.view.getInt32(this.pos, true) !== NULL_WORD) return false
    this.pos += 4
    return true
  }

  /** Skips the byte, if it is at the cursor. */
  take(code: number): boolean {
    if (this.bytes[this.pos] !== code) return false
    this.pos++
    return true
  }

  /** A string without NUL bytes lost or characters replaced. */
  readString(): string | undefined {
    const kind = this.scanString()
    if (kind === 0) return this.content()
    return kind === NO_STRING ? undefined : this.awkward(kind)
  }

  /** A string that has neither escapes nor characters beyond ASCII; undefined for any other. */
  readPlainString(): string | undefined {
    return this.scanString() === 0 ? this.content() : undefined
  }

  /** The string scanned last, when it was plain. */
  content(): string {
    return this.text.substring(this.contentStart - this.textStart, this.contentEnd - this.textStart)
  }

  /** The text from `start` to the cursor. */
  textFrom(start: number): string {
    return this.text.substring(start - this.textStart, this.pos - this.textStart)
  }

  /**
   * Skips a string whose content the caller found to be plain from `start` to `stop`, and returns that content;
   * undefined when the quotes are not there. `dropped` bytes before the closing quote are omitted from it.
   */
  takeContent(start: number, stop: number, dropped = 0): string | undefined {
    const { bytes } = this
    if (bytes[start - 1] !== QUOTE || bytes[stop] !== QUOTE) return undefined
    this.pos = stop + 1
    return this.text.substring(start - this.textStart, stop - dropped - this.textStart)
  }

  /**
   * Skips a string and returns what it contains. Checks four bytes at a time for a quote, a backslash, a control
   * character or a byte beyond ASCII.
   */
  scanString(): number {
    const { bytes, view, end } = this
    let p = this.pos
    if (bytes[p] !== QUOTE) return NO_STRING
    this.contentStart = ++p
    let kind = 0
    while (p < end) {
      while (p + 4 <= end) {
        const word = view.getInt32(p, true)
        const quote = word ^ 0x22222222
        const slash = word ^ 0x5c5c5c5c
        const stop =
          word |
          ((quote - 0x01010101) & ~quote) |
          ((slash - 0x01010101) & ~slash) |
          ((word - 0x20202020) & ~word)
        const stops = stop & 0x80808080
        if (stops === 0) p += 4
        else {
          p += (31 - Math.clz32(stops & -stops)) >> 3
          break
        }
      }
      const byte = bytes[p++] as number
      if (byte === QUOTE) {
        this.contentEnd = p - 1
        this.pos = p
        return kind
      }
      if (byte === BACKSLASH) {
        kind |= ESCAPED
        p++
      } else if (byte >= 0x80) kind |= NOT_ASCII
      else if (byte < 0x20) return NO_STRING
    }
    return NO_STRING
  }

  /** Skips a value of any type; false when it may be invalid JSON. */
  skipValue(): boolean {
    switch (this.bytes[this.pos] ?? 0) {
      case QUOTE:
        return this.skipString()
      case 0x7b:
      case 0x5b:
        return this.skipContainer()
      case 0x6e:
        return this.takeNull()
      case 0x74:
        return this.takeWord('true')
      case 0x66:
        return this.takeWord('false')
      default:
        return scanNumber(this)
    }
  }

  takeWord(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.pos + i] !== word.charCodeAt(i)) return false
    }
    this.pos += word.length
    return true
  }

  skipString(): boolean {
    const kind = this.scanString()
    return kind === 0 || (kind !== NO_STRING && this.awkward(kind) !== undefined)
  }

  /** The string scanned last, when it has escapes or characters beyond ASCII. */
  private awkward(kind: number): string | undefined {
    const start = this.contentStart - 1
    const stop = this.contentEnd + 1
    const token =
      kind === ESCAPED && start >= this.textStart && stop <= this.textEnd
        ? this.text.substring(start - this.textStart, stop - this.textStart)
        : this.slice(start, stop)
    if (token === undefined) return undefined
    if ((kind & ESCAPED) === 0) return token.slice(1, -1)
    try {
      return JSON.parse(token) as string
    } catch {
      return undefined
    }
  }

  /** UTF-8 between two positions; undefined when it may not be valid. */
  private slice(start: number, stop: number): string | undefined {
    const text = this.value.toString('utf8', start - this.base, stop - this.base)
    return text.includes(REPLACEMENT) ? undefined : text
  }

  private skipContainer(): boolean {
    const start = this.pos
    let depth = 0
    while (this.pos < this.end) {
      const byte = this.bytes[this.pos]
      if (byte === QUOTE) {
        if (this.scanString() === NO_STRING) return false
        continue
      }
      this.pos++
      if (byte === 0x7b || byte === 0x5b) {
        if (++depth > MAX_DEPTH) return false
      } else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) break
    }
    const text = this.slice(start, this.pos)
    if (depth !== 0 || text === undefined) return false
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
}
