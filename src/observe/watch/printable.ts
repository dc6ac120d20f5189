/**
 * Characters that a terminal obeys, or that hide or turn round what follows: C0 and C1 controls, escapes among them;
 * bidirectional marks; line separators; invisible ones.
 */
const UNSAFE =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

/** The text with such characters as JSON writes them; of JSON text, JSON text that means the same. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** JSON in one line; a bigint as text, as protobuf's JSON has it. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? String(one) : one))

export const printableJson = (value: unknown): string => printable(jsonText(value))

/** Text that is read the same without quotes. */
const PLAIN = /^(?!(?:null|true|false)$)[A-Za-z0-9_.:+-]+$/

/**
 * A value as short as it is clear: JSON, but for text that needs no quotes, and for text with quotes in it, such as JSON, which is put
 * into single ones.
 */
export function printableValue(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'string') return printableJson(value)
  if (PLAIN.test(value)) return value
  return value.includes('"') && !/['\\]/.test(value)
    ? `'${printable(value)}'`
    : printableJson(value)
}
