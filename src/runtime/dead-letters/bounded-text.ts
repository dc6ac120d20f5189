/** Bytes of a text in a header, its mark not counted. */
const MAX_BYTES = 4_096

/** The text, cut with a mark when it is longer than a header should be. */
export function boundedText(text: string, most = MAX_BYTES): string {
  // A character has three bytes at most for each unit of the text's length.
  if (text.length * 3 <= most) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return text
  // A character that is cut in two is left out.
  const start = new TextDecoder().decode(bytes.subarray(0, most), { stream: true })
  return `${start}… (${bytes.length - most} more bytes)`
}
