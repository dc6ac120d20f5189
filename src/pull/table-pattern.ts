import type { Catalog } from '../source/catalog'

type Named = Pick<Catalog['tables'][number], 'schema' | 'name'>

/**
 * A pattern of tables: `shop_*` for tables of the schema public, `sales.*` for those of another, `*.*` for all. `*` is any text,
 * `?` one character; everything else is as written, case included.
 */
export function matchesTable(pattern: string, { schema, name }: Named): boolean {
  const dot = pattern.indexOf('.')
  if (dot === -1) return schema === 'public' && matches(pattern, name)
  // A table's name may contain a dot itself.
  if (matches(pattern, `${schema}.${name}`)) return true
  return schema === 'public' && matches(pattern, name)
}

function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (sign) =>
    sign === '*' ? '.*' : sign === '?' ? '.' : `\\${sign}`,
  )
  return new RegExp(`^${source}$`, 'su').test(name)
}
