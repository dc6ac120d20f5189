import { FactsError } from '../../errors'

/** A JSON value without loss: an integer outside ±(2^53-1) is a bigint, everything else as JSON.parse returns it. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject

export interface JsonObject {
  [name: string]: JsonValue
}

export interface ParseJsonOptions {
  /** Converts the raw text of a number token, for readers that need every digit of a fraction. */
  readonly number?: (raw: string) => JsonValue
}

/** Maximum nesting: deeper values would exhaust the stack, and no row comes near it. */
const MAX_DEPTH = 500

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
// eslint-disable-next-line no-control-regex -- RFC 8259 forbids exactly these within a string
const CONTROL = /[\u0000-\u001f]/

/** A number token as an exact value: bigint for an integer that may not be exact in a double, otherwise number. */
export function exactNumber(raw: string): number | bigint {
  const value = Number(raw)
  if (Number.isSafeInteger(value) || /[.eE]/.test(raw)) return value
  return BigInt(raw)
}

class Parser {
  private position = 0
  private depth = 0

  constructor(
    private readonly text: string,
    private readonly number: (raw: string) => JsonValue,
  ) {}

  document(): JsonValue {
    const value = this.value()
    this.space()
    if (this.position < this.text.length) this.fail('the end of the text')
    return value
  }

  private value(): JsonValue {
    this.space()
    switch (this.text.charCodeAt(this.position)) {
      case 0x7b:
        return this.object()
      case 0x5b:
        return this.array()
      case 0x22:
        return this.string()
      case 0x74:
        return this.word('true', true)
      case 0x66:
        return this.word('false', false)
      case 0x6e:
        return this.word('null', null)
      default:
        return this.numeral()
    }
  }

  private object(): JsonObject {
    const object: JsonObject = {}
    this.open()
    this.space()
    if (this.take(0x7d)) return this.close(object)
    do {
      this.space()
      if (this.text.charCodeAt(this.position) !== 0x22) this.fail('a field name')
      const name = this.string()
      this.space()
      if (!this.take(0x3a)) this.fail('":"')
      const value = this.value()
      if (name === '__proto__') define(object, name, value)
      else object[name] = value
      this.space()
    } while (this.take(0x2c))
    if (!this.take(0x7d)) this.fail('"," or "}"')
    return this.close(object)
  }

  private array(): JsonValue[] {
    const array: JsonValue[] = []
    this.open()
    this.space()
    if (this.take(0x5d)) return this.close(array)
    do {
      array.push(this.value())
      this.space()
    } while (this.take(0x2c))
    if (!this.take(0x5d)) this.fail('"," or "]"')
    return this.close(array)
  }

  private string(): string {
    const { text } = this
    const start = this.position
    let end = text.indexOf('"', start + 1)
    while (end !== -1 && escaped(text, end)) end = text.indexOf('"', end + 1)
    if (end === -1) this.fail('a closing quote')
    const content = text.slice(start + 1, end)
    const plain = !content.includes('\\')
    if (plain && CONTROL.test(content)) this.fail('a string without raw control characters')
    this.position = end + 1
    if (plain) return content
    try {
      return JSON.parse(text.slice(start, end + 1)) as string
    } catch (error) {
      this.position = start
      return this.fail('a string with valid escapes', error)
    }
  }

  private numeral(): JsonValue {
    NUMBER.lastIndex = this.position
    const raw = NUMBER.exec(this.text)?.[0]
    if (raw === undefined) return this.fail('a value')
    this.position += raw.length
    return this.number(raw)
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.position)) this.fail('a value')
    this.position += word.length
    return value
  }

  private open(): void {
    this.position++
    if (++this.depth > MAX_DEPTH) this.fail(`at most ${MAX_DEPTH} levels of nesting`)
  }

  private close<T extends JsonValue>(value: T): T {
    this.depth--
    return value
  }

  private take(code: number): boolean {
    if (this.text.charCodeAt(this.position) !== code) return false
    this.position++
    return true
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.position++
    }
  }

  private fail(expected: string, cause?: unknown): never {
    const { text, position } = this
    const found =
      position < text.length ? JSON.stringify(text.slice(position, position + 20)) : 'the end'
    throw new FactsError(
      'JSON_INVALID',
      `not JSON: at character ${position} expected ${expected}, found ${found}`,
      cause === undefined ? {} : { cause },
    )
  }
}

function define(object: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

/** Whether an odd number of backslashes precedes `index`. */
function escaped(text: string, index: number): boolean {
  let slashes = 0
  while (text.charCodeAt(index - 1 - slashes) === 0x5c) slashes++
  return slashes % 2 === 1
}

/**
 * Parses JSON text (RFC 8259) as JSON.parse does, except that no integer loses digits: PostgreSQL's bigint and Debezium's
 * nanosecond timestamps exceed 2^53. Throws FactsError JSON_INVALID with the position. The last of repeated fields wins.
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): JsonValue {
  return new Parser(text, options.number ?? exactNumber).document()
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `parseJson` of UTF-8 bytes. Invalid UTF-8 is JSON_INVALID, too, and is never replaced. */
export function parseJsonBytes(bytes: Uint8Array, options: ParseJsonOptions = {}): JsonValue {
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch (cause) {
    throw new FactsError('JSON_INVALID', 'not JSON: the bytes are not UTF-8', { cause })
  }
  return parseJson(text, options)
}
