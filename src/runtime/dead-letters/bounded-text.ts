/** Most bytes of a text in a header, without the truncation mark. */
const MAX_BYTES = 4_096

/** The text, truncated with a mark when it is too long for a header. */
export function boundedText(text: string, most = MAX_BYTES): string {
  // A character has three bytes at most for each unit of the text's length.
  if (text.length * 3 <= most) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return text
  // Drops a partial character.
  const start = new TextDecoder().decode(bytes.subarray(0, most), { stream: true })
  return `${start}… (${bytes.length - most} more bytes)`
}
