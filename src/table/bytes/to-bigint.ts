const TWO_32 = 4294967296
const TWO_16 = 65536
const TEN_8 = 100_000_000

/** One 64-bit cell, written as two halves and read as a bigint: half the cost of `BigInt(number)`. */
const cell = new BigInt64Array(1)
const halves = new Uint32Array(cell.buffer)

/** A safe integer as a bigint. */
export function toBigint(value: number): bigint {
  const upper = Math.floor(value / TWO_32)
  halves[0] = value - upper * TWO_32
  halves[1] = upper
  return cell[0] as bigint
}

/**
 * ±(upper * 10^8 + lower) for an `upper` below 10^11 and a `lower` below 10^8; undefined beyond 64 bits. The product is
 * formed from 16-bit parts of `upper`, so that every step is exact in a double.
 */
export function toLongBigint(upper: number, lower: number, negative: boolean): bigint | undefined {
  const high = Math.floor(upper / TWO_16)
  const product = high * TEN_8
  const carried = Math.floor(product / TWO_16)
  const rest = (upper - high * TWO_16) * TEN_8 + lower + (product - carried * TWO_16) * TWO_16
  const overflow = Math.floor(rest / TWO_32)
  const top = carried + overflow
  const bottom = rest - overflow * TWO_32
  if (top >= TWO_32 / 2) {
    return negative && top === TWO_32 / 2 && bottom === 0 ? -(2n ** 63n) : undefined
  }
  halves[0] = bottom
  halves[1] = top
  return negative ? -(cell[0] as bigint) : cell[0]
}
