import type { PostgresType, PostgresTypes } from './postgres-type'
import { undressed } from './postgres-type'

/**
 * When a value of the type stops Debezium 3.7.0 (debezium/dbz#2418), with the connector file's settings, for every table
 * and again after each restart. Tried type by type on PostgreSQL 18; types that were not tried count as if they did.
 *
 * - `toasted`: an update that does not change a value stored out of line; not with REPLICA IDENTITY FULL.
 * - `values`: also some values in themselves (NaN or infinity in numeric[], NULL in an array of enums, any bit[]).
 */
export type Stops = 'never' | 'toasted' | 'values'

/** Arrays of these arrive complete, or with a known placeholder. */
const SAFE_ELEMENTS = new Set([
  'text',
  'varchar',
  'bpchar',
  'name',
  'uuid',
  'bytea',
  'jsonb',
  'json',
  'int4',
  'int8',
])

/** Arrays of these stop it with some values. */
const UNSAFE_ELEMENTS = new Set(['numeric', 'timetz', 'bit', 'varbit'])

/** The only unsafe built-in scalar types. */
const UNSAFE_SCALARS = new Set(['bit', 'varbit', 'path', 'polygon'])

/** Types of extensions; others were not tried. */
const SAFE_EXTENSION_TYPES = new Set([
  'citext',
  'hstore',
  'ltree',
  'cube',
  'seg',
  'isbn',
  'isbn13',
  'ean13',
])

/** A value of so many bits or fewer is never stored out of line: it is hardly longer than the pointer to it. */
const INLINE_BITS = 128

export function stopsConnector(types: PostgresTypes, id: string, modifier: number): Stops {
  const found = undressed(types, id, modifier)
  if (found === undefined) return 'values'
  const { type, wasDomain } = found
  if (type.element !== null) {
    const elements = ofElements(types, type.element)
    return elements === 'never' && wasDomain ? 'toasted' : elements
  }
  return ofScalar(type, found.modifier)
}

function ofElements(types: PostgresTypes, id: string): Stops {
  const element = types.get(id)
  if (element === undefined || 'cde'.includes(element.kind)) return 'values'
  const { schema, name } = element
  if (schema !== 'pg_catalog') return name === 'citext' ? 'toasted' : 'values'
  if (UNSAFE_ELEMENTS.has(name)) return 'values'
  return SAFE_ELEMENTS.has(name) ? 'never' : 'toasted'
}

function ofScalar({ schema, name, kind, isToastable }: PostgresType, modifier: number): Stops {
  if (kind !== 'b') return 'never'
  if (schema !== 'pg_catalog') {
    return isToastable && !SAFE_EXTENSION_TYPES.has(name) ? 'toasted' : 'never'
  }
  if (!UNSAFE_SCALARS.has(name)) return 'never'
  const isShort = name.endsWith('bit') && modifier > 0 && modifier <= INLINE_BITS
  return isShort ? 'never' : 'toasted'
}
