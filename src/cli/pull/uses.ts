import type { GoneName } from '../../pull/changes'
import type { Lock } from '../../pull/lock'
import { camelName, kebabName, pascalName } from '../../pull/names'
import { textOf } from './app-folder'

/** Where files that belong to the application use a column or a field that is gone, with what to do. */
export function usesOfGone(
  folder: string,
  lock: Lock,
  gone: readonly GoneName[],
): readonly string[] {
  const found = new Map<string, string>()
  for (const { table, column, names } of gone) {
    for (const path of filesAbout(lock, table)) {
      for (const { line, name } of linesWith(textOf(folder, path) ?? '', names)) {
        const place = `${path}:${line}`
        if (found.has(place)) continue
        const what = `uses ${name}, but ${table}.${column} is gone or is another field now`
        found.set(place, `${place} ${what}: take it out there.`)
      }
    }
  }
  return [...found.values()]
}

/** The fact and the test of a table, and of those that look it up. */
function filesAbout({ known }: Lock, table: string): readonly string[] {
  return Object.entries(known)
    .filter(
      ([id, { fields, gone }]) =>
        id === table || [...fields, ...gone].some(({ type }) => type === `row of ${table}`),
    )
    .map(([, { name }]) => kebabName(name))
    .flatMap((file) => [`facts/${file}.ts`, `test/${file}.test.ts`])
}

function linesWith(
  text: string,
  names: readonly string[],
): readonly { readonly line: number; readonly name: string }[] {
  return text.split('\n').flatMap((content, index) => {
    if (/^\s*(\/\/|\/?\*)/.test(content)) return []
    const name = names.find((one) => mentions(content, one))
    return name === undefined ? [] : [{ line: index + 1, name }]
  })
}

/** As a property, a key of an object or a string: `row.title`, `title:`, `'title'`. */
function mentions(line: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`[.'"{,(\\s]${escaped}(?![A-Za-z0-9_$])`).test(` ${line}`)
}

/** The lines that a fact needs for lookups that were added to its message. */
export function joinHints(before: Lock, after: Lock): readonly string[] {
  return Object.entries(after.known).flatMap(([id, { fields, name, fact }]) => {
    const known = before.known[id]
    if (known?.fact !== true || !fact) return []
    return fields
      .filter(({ of, number }) => {
        const isNew = known.fields.every((field) => field.number !== number)
        return of.startsWith('join ') && isNew
      })
      .map(({ of, name: field, type }) => {
        const to = after.known[type.replace(/^row of /, '')]?.name ?? ''
        const property = camelName(field)
        return `facts/${kebabName(name)}.ts needs the lookup: join: { ${property}: lookup(${camelName(to)}Table, '${of.slice(5)}') }, and in its map ${property}: to${pascalName(to)}(${property}).`
      })
  })
}
