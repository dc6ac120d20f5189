/** Forms on the wire: https://protobuf.dev/programming-guides/encoding/#structure */
export const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5] as const

/** Thrown when the bytes are left to the exact lane; caught by `messageText`. */
export const UNUSUAL = new Error('unusual')

/** Reads protobuf's bytes from front to back. */
export class WireCursor {
  position = 0
  depth = 0

  /** All bytes as Latin-1 text, of which strings are slices: one call for each string would cost more than the string. */
  readonly ascii: string

  constructor(readonly bytes: Buffer) {
    this.ascii = bytes.toString('latin1')
  }

  /** A varint of at most 28 bits: tags and lengths. */
  small(): number {
    const { bytes } = this
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[this.position++]
      if (byte === undefined) throw UNUSUAL
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
    throw UNUSUAL
  }

  /** The position after the announced number of bytes. */
  length(): number {
    const end = this.small() + this.position
    if (end > this.bytes.length) throw UNUSUAL
    return end
  }

  /** A varint of 64 bits, unsigned. */
  wide(): bigint | number {
    const { bytes } = this
    let value = 0
    let factor = 1
    const from = this.position
    for (let count = 0; count < 7; count += 1) {
      const byte = bytes[this.position++]
      if (byte === undefined) throw UNUSUAL
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
    this.position = from
    let exact = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[this.position++]
      if (byte === undefined) throw UNUSUAL
      exact |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, exact)
    }
    throw UNUSUAL
  }
}
