/** The declaration of a table that facts are made of or enriched from. */
export interface DeclaredTable {
  /** Topic that it is captured to: `prefix.schema.table`. */
  readonly topic: string
  readonly columns: readonly DeclaredColumn[]
  readonly replicaIdentity: 'default' | 'full'
}

export interface DeclaredColumn {
  readonly name: string
  readonly isKey: boolean
  readonly isNullable: boolean
  /** PostgreSQL's types that it is for, as `format_type(oid, NULL)` names them without a schema; "enum", "composite". */
  readonly types: readonly string[]
}
