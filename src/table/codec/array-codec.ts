import type { JsonValue } from '../../protobuf/json/json'
import type { ByteCursor } from '../bytes/byte-cursor'
import type { ColumnCodec } from '../shape/column'
import {
  isPlaceholder,
  isPlaceholderArray,
  UNAVAILABLE,
  type Unavailable,
} from '../shape/unavailable'

/** A one-dimensional array; PostgreSQL allows NULL elements of any type. */
export type ArrayOf<Value> = readonly (Value | null)[]
export type TextArray = ArrayOf<string>

/**
 * What Debezium 3.7 writes for the inner arrays of a multidimensional array: Java's name of the object instead of its
 * content, with one bracket for each dimension but the first.
 */
const JAVA_ARRAY = /^\[+(?:L[\w.$]+;|[BCDFIJSZ])@[0-9a-f]+$/

/** A one-dimensional text[]. */
export const textArrayCodec: ColumnCodec<TextArray> = {
  expected: 'a one-dimensional array of text',
  fromJson: (json) =>
    elements(json, (element) => (typeof element === 'string' ? element : undefined), true),
  readsText: true,
  fromBytes: (cursor) => {
    if (!cursor.take(0x5b)) return undefined
    const found: (string | null)[] = []
    if (cursor.take(0x5d)) return found
    do {
      const element = readElement(cursor)
      if (element === undefined) return undefined
      found.push(element)
    } while (cursor.take(0x2c))
    return cursor.take(0x5d) ? available(found) : undefined
  },
}

/**
 * A one-dimensional array of values that `element` reads. `namesNested`: Debezium writes the inner arrays of a
 * multidimensional array as Java's names; otherwise it writes nulls, and an array of nothing but nulls is rejected.
 */
export function arrayCodec<Value>(
  element: ColumnCodec<NonNullable<Value>>,
  namesNested: boolean,
): ColumnCodec<ArrayOf<NonNullable<Value>>> {
  const read =
    element.fromElement ??
    ((json: JsonValue): NonNullable<Value> | undefined => {
      const value = element.fromJson(json, 'stream')
      return value === UNAVAILABLE ? undefined : value
    })
  return {
    expected: `a one-dimensional array${namesNested ? '' : ', not of nulls only,'} whose elements are each ${element.expected}`,
    fromJson: (json) => elements(json, read, namesNested),
    readsText: false,
    fromBytes: () => undefined,
  }
}

function elements<Value>(
  json: JsonValue,
  read: (json: JsonValue) => Value | undefined,
  namesNested: boolean,
): ArrayOf<Value> | Unavailable | undefined {
  if (typeof json === 'string') return isPlaceholder(json) ? UNAVAILABLE : undefined
  if (!Array.isArray(json)) return undefined
  if (isPlaceholderArray(json)) return UNAVAILABLE
  const found: (Value | null)[] = []
  for (const element of json) {
    if (element === null) {
      found.push(null)
      continue
    }
    const value = typeof element === 'string' && isNested(element) ? undefined : read(element)
    if (value === undefined) return undefined
    found.push(value)
  }
  const isSurelyFlat = namesNested || found.length === 0 || found.some((value) => value !== null)
  return isSurelyFlat ? found : undefined
}

function readElement(cursor: ByteCursor): string | null | undefined {
  if (cursor.takeNull()) return null
  const text = cursor.readString()
  return text !== undefined && isNested(text) ? undefined : text
}

function isNested(text: string): boolean {
  return text.startsWith('[') && JAVA_ARRAY.test(text)
}

function available(found: TextArray): TextArray | Unavailable {
  return isPlaceholderArray(found) ? UNAVAILABLE : found
}
