import { RE2JS } from 're2js'
import type { FilterRun } from './filter-run'

const MAX_CHARACTERS = 1_000
/** Most instructions of a compiled pattern, where `a{1,990}` is 990 times `a`. */
const MAX_SIZE = 1_000
/** Most classes such as `\pL`, which have hundreds of ranges each. */
const MAX_UNICODE_CLASSES = 16
/** Size of one such class. */
const UNICODE_CLASS = 20
/** Memory of the automaton's state cache for one pattern. */
const MEMORY_BYTES = 128 * 1024
/** Steps of one match, besides those for the text. */
const MATCH_STEPS = 20

/** Why a pattern is rejected. */
export class PatternMistake extends Error {
  override readonly name = 'PatternMistake'
}

/** A regular expression (RE2), compiled once and of bounded size, so that a match is linear in the text. */
export class BoundedPattern {
  private readonly compiled: RE2JS
  private readonly size: number

  /** Throws PatternMistake with the reason, before anything large is compiled. */
  constructor(pattern: string) {
    refuseLarge(pattern)
    this.compiled = compile(pattern)
    this.size = this.compiled.programSize()
    if (this.size > MAX_SIZE) throw tooLarge(this.size)
    const { dfa } = this.compiled.re2()
    dfa.stateBudget = MEMORY_BYTES
    dfa.memBudget = MEMORY_BYTES
  }

  /** Whether it is found anywhere in the text. */
  test(run: FilterRun, text: string): boolean {
    run.spend(MATCH_STEPS + (text.length * this.size) / 2)
    return this.compiled.test(text)
  }
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    const what = error instanceof Error ? error.message : 'it cannot be parsed'
    throw new PatternMistake(`it is not a regular expression of RE2: ${what}`)
  }
}

const tooLarge = (size: number): PatternMistake =>
  new PatternMistake(
    `it is too large: compiled, with what is repeated as often as it says, its size is ${Math.min(size, 1e9)}, and ${MAX_SIZE} is the most`,
  )

function refuseLarge(pattern: string): void {
  if (pattern.length > MAX_CHARACTERS) {
    throw new PatternMistake(
      `it has ${pattern.length} characters, and ${MAX_CHARACTERS} is the most`,
    )
  }
  const classes = pattern.match(/\\[pP]/g)?.length ?? 0
  if (classes > MAX_UNICODE_CLASSES) {
    throw new PatternMistake(
      `it has ${classes} classes like \\pL, and ${MAX_UNICODE_CLASSES} is the most`,
    )
  }
  // A case-insensitive Unicode class is compared with every letter.
  if (/\(\?[a-zA-Z]*i/.test(pattern) && /[^\t-~]|\\[pP]|\\x\{/.test(pattern)) {
    throw new PatternMistake('the flag i supports ASCII letters only')
  }
  const size = sizeOf(pattern)
  if (size > MAX_SIZE) throw tooLarge(size)
}

/** An upper bound of the compiled size, from the text alone; also for invalid patterns. */
function sizeOf(pattern: string): number {
  const groups: number[] = []
  let sum = 0
  /** Size of the part that a following repetition repeats. */
  let last = 0
  let at = 0
  const next = (part: RegExp): RegExpExecArray | null => {
    part.lastIndex = at
    const found = part.exec(pattern)
    if (found !== null) at += found[0].length
    return found
  }
  const atom = (size: number): void => {
    sum += size
    last = size
  }
  while (at < pattern.length) {
    const quoted = next(/\\Q([^]*?)(?:\\E|$)/y)
    if (quoted !== null) {
      for (let length = quoted[1]?.length ?? 0; length > 0; length -= 1) atom(1)
      continue
    }
    const single =
      next(/\\(?:[pPx]\{[^}]*\}|[^])?/y) ?? next(/\[\^?\]?(?:\[:\^?\w*:\]|\\[^]|[^\]\\])*\]?/y)
    if (single !== null) atom(1 + UNICODE_CLASS * (single[0].match(/\\[pP]/g)?.length ?? 0))
    else if (next(/\(\??/y) !== null) {
      groups.push(sum)
      sum = 0
      last = 0
    } else if (next(/\)/y) !== null) {
      const inside = sum + 2
      sum = groups.pop() ?? 0
      atom(inside)
    } else {
      const repeated = next(/\{(\d+)(?:(,)(\d*))?\}/y)
      if (repeated !== null) {
        const [, least = '', open, most = ''] = repeated
        const times = Math.max(1, Number(least) + (open === undefined ? 0 : 1), Number(most))
        sum += last * (times - 1) + times
        last = last * times + times
      } else if (next(/[*+?|]/y) !== null) {
        sum += 1
        last += 1
      } else {
        at += 1
        atom(1)
      }
    }
  }
  return groups.reduce((total, one) => total + one, sum)
}
