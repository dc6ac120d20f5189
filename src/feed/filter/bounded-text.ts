import type { FilterRun } from './filter-run'

/*
 * String functions of filters, each linear in the length of the string, and spending steps beforehand. JavaScript's own search
 * takes the product of both lengths in the worst case, so it is used only where that is small.
 */

/** Characters that are compared natively in one step. */
const NATIVE = 16
/** Most steps of a native search in the worst case. */
const SMALL = 2_048

/** Index of the part in the text; -1 when it is not found. */
export function indexIn(run: FilterRun, text: string, part: string): number {
  if (part.length > text.length) return -1
  // If its first letter is frequent, each occurrence costs as much as several compared letters.
  const native = part.length <= 1 ? text.length / NATIVE : (text.length * (part.length + 10)) / 40
  const linear = (text.length + part.length) / 2
  if (native <= Math.max(SMALL, linear)) {
    run.spend(native)
    return text.indexOf(part)
  }
  run.spend(linear)
  return knuthMorrisPratt(text, part)
}

export function sameText(run: FilterRun, one: string, other: string): boolean {
  if (one.length !== other.length) return false
  run.spend(one.length / NATIVE)
  return one === other
}

/** Negative when the first one comes first. */
export function compareText(run: FilterRun, one: string, other: string): number {
  run.spend(Math.min(one.length, other.length) / NATIVE)
  return one < other ? -1 : one > other ? 1 : 0
}

export function sameBytes(run: FilterRun, one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  run.spend(one.length / NATIVE)
  return Buffer.compare(one, other) === 0
}

/** Code points. */
export function lengthOf(run: FilterRun, text: string): bigint {
  run.spend(text.length / 8)
  let pairs = 0
  for (let index = 0; index < text.length - 1; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) !== 0xd800) continue
    if ((text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) pairs += 1
  }
  return BigInt(text.length - pairs)
}

/** ASCII letters only, as in CEL. */
export function lowerAscii(run: FilterRun, text: string): string {
  return shiftLetters(run, text, 65, 32)
}

export function upperAscii(run: FilterRun, text: string): string {
  return shiftLetters(run, text, 97, -32)
}

function shiftLetters(run: FilterRun, text: string, first: number, by: number): string {
  run.spend(text.length / 2)
  const units = Buffer.from(text, 'utf16le')
  for (let index = 0; index < units.length; index += 2) {
    const letter = units[index] ?? 0
    if (units[index + 1] === 0 && letter >= first && letter < first + 26) units[index] = letter + by
  }
  return units.toString('utf16le')
}

function knuthMorrisPratt(text: string, part: string): number {
  const fallback = new Uint32Array(part.length)
  for (let index = 1, same = 0; index < part.length; index += 1) {
    while (same > 0 && part.charCodeAt(index) !== part.charCodeAt(same))
      same = fallback[same - 1] ?? 0
    if (part.charCodeAt(index) === part.charCodeAt(same)) same += 1
    fallback[index] = same
  }
  for (let index = 0, same = 0; index < text.length; index += 1) {
    while (same > 0 && text.charCodeAt(index) !== part.charCodeAt(same))
      same = fallback[same - 1] ?? 0
    if (text.charCodeAt(index) === part.charCodeAt(same)) same += 1
    if (same === part.length) return index - same + 1
  }
  return -1
}
