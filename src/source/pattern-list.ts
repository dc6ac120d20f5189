/**
 * Debezium's lists of patterns (`table.include.list`, `column.exclude.list`): comma-separated Java regular expressions,
 * each matched against the whole name (`schema.table`, `schema.table.column`), case-insensitively.
 */
export class PatternList {
  private readonly patterns: readonly RegExp[]
  /** Patterns that only Java supports; what they match is unknown. */
  readonly unknown: readonly string[]

  constructor(list: string) {
    const unknown: string[] = []
    this.patterns = split(list).flatMap((text) => {
      const exact = text.startsWith(EXACT_CASE)
      const body = exact ? text.slice(EXACT_CASE.length) : text
      try {
        return [new RegExp(`^(?:${body})$`, exact ? '' : 'i')]
      } catch {
        unknown.push(text)
        return []
      }
    })
    this.unknown = unknown
  }

  matches(name: string): boolean {
    return this.patterns.some((pattern) => pattern.test(name))
  }
}

/** Java's syntax for a case-sensitive pattern. */
const EXACT_CASE = '(?-i)'

/** Splits at commas; an escaped comma (`\,`) is part of a pattern. */
function split(list: string): readonly string[] {
  return (list.match(/(?:\\.|[^,\\])+/g) ?? [])
    .map((text) => text.replaceAll('\\,', ',').trim())
    .filter((text) => text !== '')
}

/** A pattern that matches this name of a table or column and no other; `parts` are its schema, table, and column. */
export function exactly(...parts: readonly string[]): string {
  return EXACT_CASE + parts.map(escaped).join('\\.')
}

/** Escapes as code points, so that neither Debezium's splitting at commas nor Java interprets a character. */
function escaped(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, (sign) => {
    const code = sign.charCodeAt(0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}
