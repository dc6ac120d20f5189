import type { TableModel } from '../introspect/database-model'
import { identifier } from '../source/check-identity'

/** Why no facts can be made of something, and what can be done about it. */
export interface Refusal {
  readonly where: string
  readonly why: string
  /** SQL or an option; undefined where nothing can be done. */
  readonly remedy?: string
}

/**
 * Undefined for a table that can be captured. The others must not even be published: PostgreSQL would refuse the
 * application's own updates of some of them.
 */
export function refusalOf(table: TableModel): Refusal | undefined {
  const { quoted, key } = table
  const refuse = (why: string, remedy?: string): Refusal => ({
    where: quoted,
    why,
    ...(remedy === undefined ? {} : { remedy }),
  })
  if (!table.isLogged) {
    return refuse(
      'is UNLOGGED: its changes are not in the write-ahead log',
      `ALTER TABLE ${quoted} SET LOGGED;`,
    )
  }
  if (table.heirs.length > 0) {
    return refuse(
      `is inherited by ${table.heirs.join(', ')}: a snapshot would read their rows as its own`,
    )
  }
  if (key === null) {
    return refuse(
      'has no primary key, which every change needs as its key',
      `ALTER TABLE ${quoted} ADD PRIMARY KEY (...);`,
    )
  }
  if (key.isDeferrable) {
    const name = identifier(key.name)
    return refuse(
      'has a primary key that is DEFERRABLE: PostgreSQL does not identify rows by it',
      `ALTER TABLE ${quoted} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} PRIMARY KEY (${key.columns.map(identifier).join(', ')});`,
    )
  }
  if (table.identity === 'nothing' || (table.identity === 'index' && !table.identityIsKey)) {
    return refuse(
      'has a REPLICA IDENTITY that does not contain its primary key',
      `ALTER TABLE ${quoted} REPLICA IDENTITY DEFAULT;`,
    )
  }
  const unusable = key.columns.find((name) => name === '__proto__' || /^[0-9]+$/.test(name))
  return unusable === undefined
    ? undefined
    : refuse(`has the key column ${identifier(unusable)}, a name that a declaration cannot have`)
}
