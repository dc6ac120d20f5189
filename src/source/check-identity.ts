import type { CatalogTable } from './catalog'
import type { Examined } from './capture-rules'
import { declarationOf } from './capture-rules'
import type { SourceFinding } from './source-finding'

const RESYNC = 'For the changes before that: facts resync --all.'

/** Whether the published tables' changes contain the primary key (REPLICA IDENTITY). */
export function checkIdentity(examined: Examined): readonly SourceFinding[] {
  const { tables } = examined.catalog
  const published = tables.filter(({ isPublished }) => isPublished)
  const roots = new Set(published.map(({ quoted }) => quoted))
  // The identity of the partition that holds a row applies, not that of its root.
  const partitions = tables.filter(
    ({ root, isPublished }) => root !== null && roots.has(root) && !isPublished,
  )
  return [
    ...partitions.map(replicaIdentity),
    ...published.flatMap((table) => [
      replicaIdentity(table),
      primaryKey(table, examined.capture.publication),
      inheritance(table, examined),
    ]),
  ].filter((finding) => finding !== undefined)
}

function replicaIdentity(table: CatalogTable): SourceFinding | undefined {
  const { quoted, identity, identityIndex, identityIsKey, since, key } = table
  const common = {
    ...({ rule: 'replica-identity', status: 'fail', where: quoted } as const),
    ...(since === null ? {} : { since }),
  }
  // Without a primary key REPLICA IDENTITY DEFAULT is empty.
  const remedy =
    key === null
      ? `ALTER TABLE ${quoted} REPLICA IDENTITY FULL;`
      : `ALTER TABLE ${quoted} REPLICA IDENTITY DEFAULT;`
  if (identity === 'nothing') {
    return {
      ...common,
      what: 'has REPLICA IDENTITY NOTHING, so PostgreSQL rejects UPDATE and DELETE of its rows while it is published',
      remedy,
    }
  }
  if (identity !== 'index' || identityIsKey) return undefined
  const by = identityIndex === null ? 'an index that was dropped' : `the index ${identityIndex}`
  return {
    ...common,
    what: `is identified by ${by} (REPLICA IDENTITY USING INDEX), not by its primary key: a DELETE arrives with zeros in the place of its key, and a changed key as a change of another row`,
    remedy: `${remedy} ${RESYNC}`,
  }
}

function primaryKey(
  { quoted, key, since }: CatalogTable,
  publication: string,
): SourceFinding | undefined {
  const common = { status: 'fail', where: quoted, ...(since === null ? {} : { since }) } as const
  if (key === null) {
    return {
      ...common,
      rule: 'primary-key',
      what: 'has no primary key, which every change needs as its key',
      remedy: `Add one, or stop publishing it: ALTER PUBLICATION ${identifier(publication)} DROP TABLE ${quoted};`,
    }
  }
  if (!key.isDeferrable) return undefined
  const name = identifier(key.name)
  return {
    ...common,
    rule: 'deferrable-key',
    what: 'has a primary key that is DEFERRABLE: PostgreSQL does not identify rows by it, and two rows may have one key inside a transaction',
    remedy: `ALTER TABLE ${quoted} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} PRIMARY KEY (${key.columns.map(identifier).join(', ')});`,
  }
}

function inheritance(table: CatalogTable, examined: Examined): SourceFinding | undefined {
  const { quoted, heirs } = table
  if (heirs.length === 0) return undefined
  const name = identifier(examined.capture.publication)
  return {
    rule: 'inheritance',
    status: declarationOf(table, examined) === undefined ? 'warn' : 'fail',
    where: quoted,
    what: `is inherited by ${heirs.join(', ')}: a snapshot reads their rows as if they were its own, and their changes go to topics of their own`,
    remedy: `Capture each of these by itself, and not this one: ALTER PUBLICATION ${name} DROP TABLE ONLY ${quoted};`,
  }
}

/** Always quoted, which is valid for any name. */
export function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
