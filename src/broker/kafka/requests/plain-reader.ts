import { ResponseReader } from './response-reader'

/** Reads the versions of responses before the flexible ones. Throws RangeError after the end. */
export class PlainReader extends ResponseReader {
  /** Null is `undefined`. */
  string(): string | undefined {
    return this.text(this.int16())
  }

  /** Each element as `read` reads it. Null is empty. */
  array<T>(read: () => T): T[] {
    return this.elements(this.int32(), read)
  }
}
