import type { ExactReader } from './exact-reader'
import type { FieldWriter } from './field-writer'

/** Codec of a generated message. `T` is the decoded type; encoding accepts any part of it, and absent fields are default. */
export interface MessageType<T> {
  /** Throws TypeError or RangeError when a value does not fit its field. */
  encode(message: Partial<T>, writer?: FieldWriter): FieldWriter
  /** Throws Error or RangeError when the bytes are not this message. */
  decode(source: ExactReader | Uint8Array, length?: number): T
  /** `prefix` and the full name, with a slash between. */
  getTypeUrl(prefix?: string): string
}

/** Full name of a message, as `shop.v1.Order`. */
export const fullNameOf = (type: Pick<MessageType<unknown>, 'getTypeUrl'>): string =>
  type.getTypeUrl('').slice(1)
