const PREFIX = 'bench:'
const DIGITS = 10

/** `header.id` of the fact of a number: of one length, so that it is found in an event's bytes without parsing them. */
export const factId = (number: number): string => PREFIX + String(number).padStart(DIGITS, '0')

const MARK = Buffer.from(`"id":"${PREFIX}`)

/** The number of the first fact between the places; undefined when there is none. */
export function markedNumber(bytes: Buffer, from: number, to: number): number | undefined {
  const at = bytes.indexOf(MARK, from)
  if (at < 0 || at >= to) return undefined
  let number = 0
  const first = at + MARK.length
  for (let index = first; index < first + DIGITS; index += 1) {
    number = number * 10 + (bytes[index] ?? 48) - 48
  }
  return number
}

/** Writes another number over that of the event. */
export function remark(bytes: Buffer, number: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.write(String(number).padStart(DIGITS, '0'), bytes.indexOf(MARK) + MARK.length)
  return copy
}
