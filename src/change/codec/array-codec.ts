import type { ByteCursor } from '../fast/byte-cursor'
import type { ColumnCodec } from '../column'
import { PLACEHOLDER, UNAVAILABLE, type Unavailable } from '../unavailable'

export type TextArray = readonly (string | null)[]

/** What Debezium 3.7 writes for the inner arrays of a multidimensional one: Java's name of the object, not its content. */
const JAVA_ARRAY = '[Ljava.lang.'

/** A one-dimensional text[]. */
export const textArrayCodec: ColumnCodec<TextArray> = {
  expected: 'a one-dimensional array of text',
  fromJson: (json) => {
    if (json === PLACEHOLDER) return UNAVAILABLE
    if (!Array.isArray(json)) return undefined
    const elements: (string | null)[] = []
    for (const element of json) {
      if (element !== null && typeof element !== 'string') return undefined
      if (element?.startsWith(JAVA_ARRAY) === true) return undefined
      elements.push(element)
    }
    return available(elements)
  },
  readsText: true,
  fromBytes: (cursor) => {
    if (!cursor.take(0x5b)) return undefined
    const elements: (string | null)[] = []
    if (cursor.take(0x5d)) return elements
    do {
      const element = readElement(cursor)
      if (element === undefined) return undefined
      elements.push(element)
    } while (cursor.take(0x2c))
    return cursor.take(0x5d) ? available(elements) : undefined
  },
}

function readElement(cursor: ByteCursor): string | null | undefined {
  if (cursor.takeNull()) return null
  const text = cursor.readString()
  return text?.startsWith(JAVA_ARRAY) === true ? undefined : text
}

function available(elements: TextArray): TextArray | Unavailable {
  return elements.length === 1 && elements[0] === PLACEHOLDER ? UNAVAILABLE : elements
}
