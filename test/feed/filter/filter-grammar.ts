/** A generator of numbers from 0 to 1 that is the same for a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const TEXTS = ['title', 'notes', 'attributes', 'amount', 'externalId', 'secondary.name', 'status']
const INTS = ['id', 'secondaryId', 'quantity', 'serialNumber', 'secondary.id']
const TIMES = ['createdAt', 'updatedAt', 'header.time']
const LISTS = ['labels', 'secondary.tags', 'header.unavailable']
const ORDERS = ['<', '<=', '>', '>=']
const STATUSES = ['STATUS_ACTIVE', 'STATUS_DRAFT', 'STATUS_ARCHIVED']
const COUNTS = [1, 2, 10, 99, 500, 990, 1_000]

/** Filters over `wildapp.primary.v1.Primary`: most of them valid, many as large as is allowed, some attacks, some damaged. */
export class FilterGrammar {
  /** The element of the macro that is being written. */
  private element: string | undefined

  constructor(private readonly random: () => number) {}

  filter(): string {
    this.element = undefined
    const kind = this.random()
    if (kind < 0.1) return this.attack()
    if (kind < 0.2) return this.damaged(this.bool(3))
    if (kind < 0.4) return this.large()
    return this.bool(this.below(5))
  }

  /** Only what is valid, and the same in every implementation of the language. */
  plain(): string {
    this.element = undefined
    return this.bool(this.below(4))
  }

  private large(): string {
    const glue = this.one(['&&', '||'])
    let text = this.bool(2)
    for (;;) {
      const next = `${text} ${glue} (${this.bool(1)})`
      if (next.length > 4_000 || (next.match(/\w+|[^\s\w]/g)?.length ?? 0) > 260) return text
      text = next
    }
  }

  private bool(depth: number): string {
    if (depth <= 0) return this.predicate()
    const below = depth - 1
    return this.one([
      () => `${this.bool(below)} && ${this.bool(below)}`,
      () => `(${this.bool(below)} || ${this.bool(below)})`,
      () => `!(${this.bool(below)})`,
      () => `(${this.bool(below)} ? ${this.bool(below)} : ${this.bool(below)})`,
      () => this.macro(below),
      () => this.predicate(),
    ])()
  }

  private macro(depth: number): string {
    if (this.element !== undefined) return this.predicate()
    const list = this.list()
    const name = this.one(['exists', 'all', 'exists_one', 'filter', 'map'])
    this.element = 'e'
    const body = name === 'map' ? this.text() : this.bool(Math.min(depth, 2))
    this.element = undefined
    const text = `${list}.${name}(e, ${body})`
    return name === 'filter' || name === 'map' ? `size(${text}) > ${this.below(3)}` : text
  }

  private predicate(): string {
    return this.one([
      () => `${this.text()} ${this.one(['==', '!=', ...ORDERS])} ${this.text()}`,
      () => `${this.text()}.${this.one(['contains', 'startsWith', 'endsWith'])}(${this.text()})`,
      () => `${this.text()}.matches(${quoted(this.pattern(2))})`,
      () => `${this.int()} ${this.one(['==', '!=', ...ORDERS])} ${this.int()}`,
      () => `${this.time()} ${this.one(['==', ...ORDERS])} ${this.time()}`,
      () => `${this.text()} in ${this.list()}`,
      () => `${this.int()} in [${this.below(9)}, ${this.below(9)}]`,
      () => `status ${this.one(['==', '!='])} "${this.one(STATUSES)}"`,
      () => `has(fact.${this.one(['notes', 'score', 'secondary', 'secondaryId'])})`,
      () => `score ${this.one(ORDERS)} ${this.below(9)}.5`,
      () => this.one(['verified', 'secondary.active', 'true']),
      () => `fingerprint == b"${'a'.repeat(this.below(4))}"`,
    ])()
  }

  private text(): string {
    return this.one([
      () => this.element ?? this.one(TEXTS),
      () => this.one(TEXTS),
      () => `${this.one(TEXTS)}.${this.one(['lowerAscii', 'upperAscii'])}()`,
      () => `${this.one(TEXTS)}.substring(${this.below(3)})`,
      () => `string(${this.int()})`,
      () => this.literal(),
    ])()
  }

  private literal(): string {
    return this.one([
      () => quoted('a'.repeat(this.below(20))),
      () => quoted(`${'a'.repeat(this.below(1_500))}b`),
      () => quoted(`b${'ab'.repeat(this.below(700))}`),
      () => quoted('é😀'.repeat(this.below(9))),
    ])()
  }

  private int(): string {
    return this.one([
      () => this.one(INTS),
      () => String(this.below(100)),
      () => `size(${this.one(TEXTS)})`,
      () => `size(${this.list()})`,
      () => `(${this.one(INTS)} ${this.one(['+', '-', '*', '/', '%'])} ${this.below(9)})`,
      () => `createdAt.get${this.one(['FullYear', 'Hours', 'DayOfYear'])}()`,
    ])()
  }

  private time(): string {
    return this.one([
      () => this.one(TIMES),
      () => `timestamp("2026-01-0${1 + this.below(9)}T00:00:00.00000${this.below(9)}Z")`,
      () => `(${this.one(TIMES)} + duration("${this.below(90)}m"))`,
    ])()
  }

  private list(): string {
    return this.one([() => this.one(LISTS), () => `[${this.literal()}, ${this.one(TEXTS)}]`])()
  }

  private pattern(depth: number): string {
    if (depth <= 0) return this.one(['a', 'b', '.', '[a-z]', '\\w', '\\pL', '^', '$', 'ab'])
    const below = depth - 1
    return this.one([
      () => `${this.pattern(below)}${this.pattern(below)}`,
      () => `(${this.pattern(below)}|${this.pattern(below)})`,
      () => `(${this.pattern(below)})${this.one(['*', '+', '?'])}`,
      () => `(?:${this.pattern(below)}){1,${this.one(COUNTS)}}`,
      () => `${this.one(['(?i)', ''])}${this.pattern(below)}`,
      () => `(${this.pattern(below)}|${this.one(['a', 'aa', '.'])})*${this.pattern(below)}`,
      () => this.pattern(below).repeat(1 + this.below(40)),
    ])()
  }

  /** One of those that once cost much, or would. */
  attack(): string {
    const up = (name: string): string => Array(8).fill(name).join('+')
    return this.one([
      () =>
        `id == 9 && cel.bind(a, notes.split(""), cel.bind(b, ${up('a')}, cel.bind(c, ${up('b')}, size(c) > 1)))`,
      () => `notes.matches("${'(\\\\pL|\\\\pN){1,990}'.repeat(1 + this.below(180))}zq$")`,
      () => `title.matches(${quoted(`${'('.repeat(9)}a${'){1,99}'.repeat(9)}`)})`,
      () => `labels.exists(a, labels.exists(b, notes.contains(a) && a == b))`,
      () => `labels.map(a, labels.filter(b, a < b)).size() > 1`,
      () => `labels.exists(a, notes.contains(a))`,
      () => `labels.all(a, notes.contains(title) || attributes.contains(notes))`,
      () => `labels.filter(a, notes.matches("(a|aa)*b")).size() > 1`,
      () => `labels.map(a, notes.upperAscii()).exists(b, b == title)`,
      () => `notes.contains(attributes) || attributes.contains(notes)`,
      () => `size(notes + notes + notes + notes) > 1`,
      () => `notes.split("").join(notes) == title`,
      () =>
        `[notes, notes, notes].map(a, a.lowerAscii()).map(a, a.upperAscii()).exists(a, a > notes)`,
      () =>
        `createdAt.getHours("Europe/Berlin") > 3 && labels.all(l, createdAt.getHours("Asia/Tokyo") > 1)`,
      () => `title.matches(notes)`,
    ])()
  }

  private damaged(text: string): string {
    const at = this.below(text.length)
    return this.one([
      () => text.slice(0, at) + text.slice(at + 1 + this.below(5)),
      () =>
        text.slice(0, at) + this.one(['(', ')', '"', '\\', '{', '.', '😀', '--']) + text.slice(at),
      () => text.slice(0, at) + text.slice(0, at),
    ])()
  }

  private below(most: number): number {
    return Math.floor(this.random() * most)
  }

  private one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
