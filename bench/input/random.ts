/** Numbers that look random and are the same for the same seed. */
export class Random {
  private a: number
  private b = 0x9e3779b9
  private c = 0x243f6a88

  constructor(seed: number) {
    this.a = seed | 0
    for (let i = 0; i < 12; i += 1) this.bits()
  }

  /** In [0, 1). */
  fraction(): number {
    return this.bits() / 0x1_0000_0000
  }

  /** In [0, below). */
  below(below: number): number {
    return Math.floor(this.fraction() * below)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  /** Lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.bits().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  uuid(): string {
    const hex = this.hex(32)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
  }

  /** sfc32 with three words (Chris Doty-Humphrey, PractRand), a counter in the seed's place. */
  private bits(): number {
    const t = (this.b + this.c + this.a) | 0
    this.a = (this.a + 1) | 0
    this.b = this.c ^ (this.c >>> 9)
    this.c = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0
    return t >>> 0
  }
}
