/** A property access, or the name as an object's key. */
export const accessOf = (object: string, name: string): string =>
  isIdentifier(name) ? `${object}.${name}` : `${object}[${literal(name)}]`
export const keyOf = (name: string): string => (isIdentifier(name) ? name : literal(name))

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name)

/** A string literal in the style of the generated code; signs that an editor does not show are escaped. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replace(HIDDEN, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
  return `'${escaped}'`
}

/** Control and format characters, line separators: they change how the text around them is shown. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Text as lines of a comment in proto and in the code generated from it. */
export function commentLines(text: string): readonly string[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(HIDDEN, ' ').replaceAll('*/', '* /').trimEnd())
    .filter((line) => line !== '')
}

/** A value as code: text, numbers, bigints, booleans, null, and arrays and objects of them. */
export function valueCode(value: unknown): string {
  if (typeof value === 'string') return literal(value)
  if (typeof value === 'bigint') return `${value.toString()}n`
  if (Array.isArray(value)) return `[${value.map(valueCode).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).map(
    ([name, inner]) => `${keyOf(name)}: ${valueCode(inner)}`,
  )
  return `{ ${entries.join(', ')} }`
}

/** A line that imports: names in braces, or a namespace. */
export const importCode = (what: string, module: string): string =>
  `import ${what} from ${literal(module)}`
