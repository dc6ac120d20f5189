import type { Position, Positions } from './position'

/** Up to this many partitions, positions are written individually, with complete checks. */
const MOST_WHOLE = 128
/** Bits of each check with more partitions: together they still distinguish histories. */
const CHECK_BITS = 8
const GROUP = 32
/** Bits that encode the width of a number up to 2^53. */
const WIDTH_BITS = 6

/** Whether positions have to be packed for the cursor to fit into a URL. */
export const arePacked = ({ length }: { readonly length: number }): boolean => length > MOST_WHOLE

/** The part of a check that a cursor with this number of partitions contains. */
export const keptCheck = (check: number, partitions: { readonly length: number }): number =>
  arePacked(partitions) ? check & (2 ** CHECK_BITS - 1) : check

/**
 * Writes positions in as few bits as their offsets differ by, 32 partitions at a time: those of a topic with evenly
 * distributed keys are close to each other. Returns the offset after them. Offsets are below 2^53.
 */
export function packPositions(bytes: Buffer, from: number, positions: Positions): number {
  const bits = new BitWriter(bytes, from)
  for (let first = 0; first < positions.length; first += GROUP) {
    const group = positions.slice(first, first + GROUP)
    const offsets = group.map(({ next }) => Number(next))
    const least = Math.min(...offsets)
    const [ofLeast, ofOthers] = [widthOf(least), widthOf(Math.max(...offsets) - least)]
    bits.write(ofLeast, WIDTH_BITS)
    bits.write(ofOthers, WIDTH_BITS)
    bits.write(least, ofLeast)
    for (const [index, { check }] of group.entries()) {
      bits.write((offsets[index] ?? least) - least, ofOthers)
      bits.write(keptCheck(check, positions), CHECK_BITS)
    }
  }
  return bits.end
}

/** Reads that many of them, and returns the offset after them. */
export function unpackPositions(
  bytes: Buffer,
  from: number,
  count: number,
): { readonly positions: Positions; readonly end: number } {
  const bits = new BitReader(bytes, from)
  const positions: Position[] = []
  while (positions.length < count) {
    const [ofLeast, ofOthers] = [bits.read(WIDTH_BITS), bits.read(WIDTH_BITS)]
    const least = bits.read(ofLeast)
    const size = Math.min(GROUP, count - positions.length)
    for (let index = 0; index < size; index += 1) {
      const next = BigInt(least + bits.read(ofOthers))
      positions.push({ next, check: bits.read(CHECK_BITS) })
    }
  }
  return { positions, end: bits.end }
}

const widthOf = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log2(value)) + 1)

/** Numbers of any width up to 53 bits, the lowest bits first. */
class BitWriter {
  private used = 0

  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  write(value: number, width: number): void {
    let rest = value
    for (let left = width; left > 0;) {
      const taken = Math.min(8 - this.used, left)
      const base = 1 << taken
      const before = this.used === 0 ? 0 : (this.bytes[this.at] ?? 0)
      this.bytes[this.at] = before | ((rest % base) << this.used)
      rest = Math.floor(rest / base)
      left -= taken
      this.used += taken
      if (this.used < 8) continue
      this.used = 0
      this.at += 1
    }
  }

  get end(): number {
    return this.used === 0 ? this.at : this.at + 1
  }
}

class BitReader {
  private used = 0

  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  read(width: number): number {
    let value = 0
    for (let read = 0; read < width;) {
      const taken = Math.min(8 - this.used, width - read)
      const bits = ((this.bytes[this.at] ?? 0) >> this.used) & ((1 << taken) - 1)
      value += bits * 2 ** read
      read += taken
      this.used += taken
      if (this.used < 8) continue
      this.used = 0
      this.at += 1
    }
    return value
  }

  get end(): number {
    return this.used === 0 ? this.at : this.at + 1
  }
}
