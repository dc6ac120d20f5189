/**
 * Four bytes of a fixed form, tested at once: `d` is any digit, any other character is itself. The test adds 6 to each
 * digit's byte, which changes the upper half of the byte only if it was above 9.
 */
export class ByteShape {
  private readonly mask: number
  private readonly fixed: number
  private readonly digitMask: number
  private readonly digitCarry: number
  private readonly digitFixed: number

  constructor(form: string) {
    const word = (byte: (character: string) => number): number =>
      Buffer.from(Array.from(form, byte)).readInt32LE(0)
    const ofDigits = (byte: number): number => word((character) => (character === 'd' ? byte : 0))
    this.mask = word((character) => (character === 'd' ? 0xf0 : 0xff))
    this.fixed = word((character) => (character === 'd' ? 0x30 : character.charCodeAt(0)))
    this.digitMask = ofDigits(0xf0)
    this.digitCarry = ofDigits(0x06)
    this.digitFixed = ofDigits(0x30)
  }

  /** `word` is little-endian, as `DataView.getInt32(at, true)` reads it. */
  fits(word: number): boolean {
    return (
      (word & this.mask) === this.fixed &&
      ((word + this.digitCarry) & this.digitMask) === this.digitFixed
    )
  }
}
