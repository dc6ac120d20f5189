const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/
const HEX = /^(?:[0-9a-fA-F]{2})*$/

/** How bytes are written as text. */
export type BinaryText = 'base64' | 'base64-url-safe' | 'hex'

/** The text with the alphabet and the padding of RFC 4648; undefined when it is no base64. */
export function standardBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined
  return text.length % 4 === 0 ? text : text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/** Bytes in base64, from their other form; undefined when the text is not of it. */
export function base64Of(text: string, form: BinaryText): string | undefined {
  if (form === 'hex')
    return HEX.test(text) ? Buffer.from(text, 'hex').toString('base64') : undefined
  if (form === 'base64') return standardBase64(text)
  return /[+/]/.test(text)
    ? undefined
    : standardBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
}
