import type { JsonObject, JsonValue } from '../../protobuf/json/json'
import { jsonText } from './printable'
import type { WatchedChange } from './watched-change'
import type { WatchedFact } from './watched-fact'

/** A column or field to show. */
export interface ShownField {
  /** Of a field of a nested message, its path: `secondary.name`. */
  readonly name: string
  /** Undefined when it is absent. */
  readonly value: JsonValue | undefined
  /** What it was, if it changed. */
  readonly before?: { readonly value: JsonValue | undefined }
}

/** Of a row whose last state is known the columns that changed, else all that are not null; without the key, which the title has. */
export function fieldsOfChange({ before, after, key }: WatchedChange): readonly ShownField[] {
  const isShown = ({ name }: ShownField): boolean => !Object.hasOwn(key, name)
  if (after === undefined) return all(leaves(before ?? {})).filter(isShown)
  if (before === undefined) return all(leaves(after)).filter(isShown)
  return changed(leaves(before), leaves(after)).filter(isShown)
}

/** Of a deleted fact: what it last was, as far as that was seen. */
export const lastFields = ({ before }: WatchedFact): readonly ShownField[] =>
  all(leaves(content(before ?? {})))

/**
 * What changed first, then what is not the row's own: fields that no column of the row is named as, which are joined or
 * computed; nothing when nothing changed. Of a fact of which the last state is unknown: all, the row's own last.
 */
export function fieldsOfFact(
  { before, message }: WatchedFact,
  change: WatchedChange | undefined,
): readonly ShownField[] {
  const columns = new Set(Object.keys(change?.after ?? change?.before ?? {}))
  const key = new Set(Object.keys(change?.key ?? {}))
  const now = leaves(content(message ?? {}))
  const differing = before === undefined ? [] : changed(leaves(content(before)), now)
  const names = new Set(differing.map(({ name }) => name))
  const others = all(now).filter(({ name }) => !names.has(name) && !key.has(columnOf(name)))
  const isOwn = ({ name }: ShownField): boolean => columns.has(columnOf(name))
  const joined = columns.size === 0 ? [] : others.filter((field) => !isOwn(field))
  if (differing.length > 0) return [...differing, ...joined]
  if (before !== undefined) return []
  return [...joined, ...others.filter((field) => !joined.includes(field))]
}

const content = (message: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== 'header'))

/** The column that a field of the message would be named as: `secondaryId` and `secondaryId.x` as `secondary_id`. */
const columnOf = (path: string): string =>
  path.replace(/\..*$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

type Leaves = ReadonlyMap<string, JsonValue>

const all = (fields: Leaves): ShownField[] =>
  [...fields].filter(([, value]) => value !== null).map(([name, value]) => ({ name, value }))

function changed(before: Leaves, after: Leaves): ShownField[] {
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((name): ShownField[] => {
    const [was, value] = [before.get(name), after.get(name)]
    return jsonText(was) === jsonText(value) ? [] : [{ name, value, before: { value: was } }]
  })
}

function leaves(object: JsonObject, path = ''): Leaves {
  return new Map(
    Object.entries(object).flatMap(([name, value]): (readonly [string, JsonValue])[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? [...leaves(value, `${path}${name}.`)]
        : [[`${path}${name}`, value]],
    ),
  )
}
