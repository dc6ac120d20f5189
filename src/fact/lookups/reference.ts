import type { ColumnType } from '../../table/shape/column'
import { FactsError } from '../../errors'
import { columnText } from '../value/key-text'
import type { AnyTable, Lookup } from '../declare/lookup'

/** The text of the key that a value refers to; undefined when no key can be equal to it. */
export type Reference = (value: unknown) => string | undefined

/** Kinds whose values are equal in PostgreSQL exactly when their texts are equal. */
const AS_WRITTEN = new Set([
  'bigint',
  'integer',
  'oid',
  'real',
  'double precision',
  'money',
  'boolean',
  'bit',
  'text',
  'uuid',
  'enum',
  'bytea',
  'date',
  'time without time zone',
  'timestamp without time zone',
  'inet',
  'cidr',
  'macaddr',
  'ltree',
])

/**
 * How a column's values are compared with the keys they refer to: as PostgreSQL compares them, numerics regardless of
 * scale, char(n) without padding. Undefined when the text of a key does not decide: citext (case-insensitive), numerics
 * without a scale, intervals, JSON and arrays, and types that differ.
 */
export function reference(from: ColumnType, key: ColumnType): Reference | undefined {
  if (key.kind === 'text' && from.kind === 'character') return (value) => unfilled(value)
  if (key.kind === 'character' && (from.kind === 'character' || from.kind === 'text')) {
    const { detail } = key
    return detail === undefined ? undefined : (value) => filled(unfilled(value), detail)
  }
  if (from.kind !== key.kind) return undefined
  if (AS_WRITTEN.has(key.kind)) return columnText
  const { kind, detail } = key
  if (detail === undefined) return undefined
  if (kind === 'numeric') return (value) => withDigits(columnText(value), detail, '')
  if (kind === 'timestamp with time zone') return (value) => instant(columnText(value), detail)
  return undefined
}

/** How a table's lookup compares. Throws TOPOLOGY_INVALID for one that would not join what PostgreSQL joins. */
export function referenceTo(
  from: AnyTable,
  { column, table }: Lookup<string, unknown, unknown>,
): Reference {
  const [key, ...further] = table.keyColumns
  const types = [from.typeOf(column), key === undefined ? undefined : table.typeOf(key)] as const
  const [referring, referred] = types
  if (referring === undefined || referred === undefined || further.length > 0) return columnText
  const found = reference(referring, referred)
  if (found !== undefined) return found
  const what = `The lookup by ${column} of ${from.topic} in ${table.topic} compares`
  throw new FactsError(
    'TOPOLOGY_INVALID',
    referring.kind === referred.kind
      ? `${what} ${referring.kind}, whose text does not decide whether PostgreSQL finds two values equal. Use a column of a type whose text does: docs/reference/column-types.md lists them.`
      : `${what} ${referring.kind} with the key ${key}, which is ${referred.kind}, and PostgreSQL would join them only after a conversion. Give the column the type of the key, in the database and in its declaration, or leave the lookup out.`,
  )
}

const unfilled = (value: unknown): string => columnText(value).replace(/ +$/, '')

function filled(text: string, length: number): string | undefined {
  const characters = Array.from(text).length
  return characters > length ? undefined : text + ' '.repeat(length - characters)
}

function instant(text: string, precision: number): string | undefined {
  return text.endsWith('Z') ? withDigits(text.slice(0, -1), precision, 'Z') : text
}

/** The same number with so many digits of its fraction; undefined when that would change it. */
function withDigits(text: string, digits: number, suffix: string): string | undefined {
  if (!/[0-9]$/.test(text)) return text
  const [whole = '', fraction = ''] = text.split('.')
  if (/[1-9]/.test(fraction.slice(Math.max(0, digits)))) return undefined
  const kept = fraction.slice(0, Math.max(0, digits)).padEnd(digits, '0')
  return (kept === '' ? whole : `${whole}.${kept}`) + suffix
}
