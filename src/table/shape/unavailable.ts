/**
 * What Debezium writes for a TOASTed value that an update left unchanged, which the change therefore does not contain
 * (`unavailable.value.placeholder`, default). How it looks depends on the column's type; the forms below were captured
 * from Debezium 3.7 (see test/golden). With `binary.handling.mode=base64` Debezium writes null for a bytea (or stops,
 * when it is NOT NULL): only `bytes` keeps the placeholder, in the same base64 on the wire.
 */
export const PLACEHOLDER = '__debezium_unavailable_value'

/** A bytea column: base64 of the placeholder's bytes. */
export const PLACEHOLDER_BASE64 = Buffer.from(PLACEHOLDER, 'latin1').toString('base64')

/** An hstore column (`hstore.handling.mode=json`): a map of the placeholder to itself. */
const PLACEHOLDER_HSTORE = JSON.stringify({ [PLACEHOLDER]: PLACEHOLDER })

/** The only element of a uuid[]: Java's name-based UUID of the placeholder's bytes. */
const PLACEHOLDER_UUID = 'b68a35a7-17ad-35b3-af2a-ae46edb4545a'

/** The elements of an int[] or bigint[]: the placeholder's bytes. */
const PLACEHOLDER_BYTES: readonly number[] = [...Buffer.from(PLACEHOLDER, 'latin1')]

const TEXTS: ReadonlySet<string> = new Set([PLACEHOLDER, PLACEHOLDER_BASE64, PLACEHOLDER_HSTORE])
const LENGTHS: ReadonlySet<number> = new Set([...TEXTS].map((text) => text.length))

/** Marks an unavailable value between a column's codec and the event; it never reaches a row. */
export const UNAVAILABLE: unique symbol = Symbol('unavailable')
export type Unavailable = typeof UNAVAILABLE

/** Whether a value that Debezium writes as text is the placeholder, whichever type the column has. */
export function isPlaceholder(text: string): boolean {
  return LENGTHS.has(text.length) && TEXTS.has(text)
}

/** Whether an array is the placeholder: as its single element, or as its bytes in numbers. */
export function isPlaceholderArray(elements: readonly unknown[]): boolean {
  const [first] = elements
  if (elements.length === 1) {
    return typeof first === 'string' && (first === PLACEHOLDER_UUID || isPlaceholder(first))
  }
  return (
    elements.length === PLACEHOLDER_BYTES.length &&
    PLACEHOLDER_BYTES.every((byte, index) => elements[index] === byte)
  )
}
