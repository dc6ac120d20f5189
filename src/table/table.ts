import type { ChangeEvent, Tombstone } from './shape/change-event'
import type { ColumnType } from './shape/column'
import { decodeExactly, type Decoded } from './exact/exact-decoder'
import { peekPosition } from './exact/peek-position'
import { type RecordBytes } from './exact/record-bytes'
import { FastDecoder } from './fast/fast-decoder'
import type { SourcePosition } from './shape/source-position'
import { TableShape, type Columns } from './shape/table-shape'

type ValueOf<C> = C extends { readonly value: infer Value } ? Value : never
type KeyValues<C extends Columns> = { readonly [Name in keyof C]: NonNullable<ValueOf<C[Name]>> }
type RowValues<C extends Columns> = { readonly [Name in keyof C]: ValueOf<C[Name]> }
type Merged<T> = { readonly [Name in keyof T]: T[Name] }

export interface TableOptions<KeyColumns extends Columns, OtherColumns extends Columns> {
  /** The topic that Debezium writes the table's changes to: `prefix.schema.table`. */
  readonly topic: string
  /** The primary key's columns, which are the record's key. */
  readonly key: KeyColumns
  /** The other columns to read; the table may have more. */
  readonly columns: OtherColumns
  /**
   * The table's REPLICA IDENTITY; default `default`. Only with `full` does an event's `before` contain more than the key.
   * Debezium's records do not show the setting, so declare `full` only if the table has it.
   */
  readonly replicaIdentity?: 'default' | 'full'
}

export interface TableDeclaration {
  readonly topic: string
  readonly replicaIdentity: 'default' | 'full'
  readonly columns: readonly {
    readonly name: string
    readonly isKey: boolean
    readonly isNullable: boolean
    /** See `ColumnType`. */
    readonly types: readonly string[]
  }[]
}

/** Records decoded in each lane; the fast lane is for records of a known layout. */
export interface DecodeCounts {
  fast: number
  exact: number
}

/** A captured table: the types of its key and rows, and how its records are decoded. */
export class Table<Key, Row> {
  /** Never set; carries the types for `KeyOf` and `RowOf`. */
  declare readonly types: { readonly key: Key; readonly row: Row }
  readonly topic: string
  readonly counts: DecodeCounts = { fast: 0, exact: 0 }
  private readonly fast: FastDecoder

  constructor(readonly shape: TableShape) {
    this.topic = shape.topic
    this.fast = new FastDecoder(shape)
  }

  /** Names of the key's columns. */
  get keyColumns(): readonly string[] {
    return this.shape.keyColumns.map(({ name }) => name)
  }

  /** The PostgreSQL type of a column of the definition. */
  typeOf(column: string): ColumnType | undefined {
    return this.shape.columns.find(({ name }) => name === column)?.column.type
  }

  /** Names of the columns, the key's first. */
  get columns(): readonly string[] {
    return this.shape.columns.map(({ name }) => name)
  }

  /** The declaration of the table, for comparison with the database's catalog. */
  get declaration(): TableDeclaration {
    const { topic, columns, hasFullIdentity } = this.shape
    return {
      topic,
      replicaIdentity: hasFullIdentity ? 'full' : 'default',
      columns: columns.map(({ name, isKey, column }) => ({
        name,
        isKey,
        isNullable: column.isNullable,
        types: column.postgresTypes,
      })),
    }
  }

  /**
   * Decodes a record of the topic. Throws FactsError: JSON_INVALID, ENVELOPE_INVALID, KEY_INVALID or COLUMN_INVALID for a
   * bad record, COLUMN_MISSING when it lacks a column that is neither nullable nor has a default.
   */
  decode(record: RecordBytes): ChangeEvent<Key, Row> | Tombstone<Key> {
    const event = this.fast.decode(record)
    if (event !== undefined) {
      this.counts.fast++
      return event as ChangeEvent<Key, Row> | Tombstone<Key>
    }
    this.counts.exact++
    const decoded: Decoded = decodeExactly(this.shape, record)
    this.fast.learn(record)
    return decoded as ChangeEvent<Key, Row> | Tombstone<Key>
  }

  /** `decode` by parsing the whole record: the reference for the fast lane. */
  decodeExactly(record: RecordBytes): ChangeEvent<Key, Row> | Tombstone<Key> {
    const decoded: Decoded = decodeExactly(this.shape, record)
    return decoded as ChangeEvent<Key, Row> | Tombstone<Key>
  }

  /** Whether records name schemas of a registry, for which `prepare` has to be called before they are decoded. */
  get needsSchemas(): boolean {
    return false
  }

  /** Fetches the schemas of the records that are not known yet; see `needsSchemas`. Throws FactsError. */
  prepare(
    records: readonly RecordBytes[],
    textOf: (id: number) => Promise<string | undefined>,
  ): Promise<void>
  prepare(): Promise<void> {
    return Promise.resolve()
  }

  /** The record in the form that `decode` reads; a table of another format brings it there. */
  canonical(record: RecordBytes): RecordBytes {
    return record
  }

  /** The key in the header of a change of the primary key, which says the other one. Throws as `decode` does. */
  decodeOtherKey(header: Buffer): Key {
    const decoded: Decoded =
      this.fast.decode({ key: header, value: null }) ??
      decodeExactly(this.shape, { key: header, value: null })
    return decoded.key as Key
  }

  /** Position of an otherwise unreadable record; undefined when it cannot be determined. */
  peekPosition(record: RecordBytes): SourcePosition | undefined {
    return peekPosition(record.value)
  }
}

/** The type of a table's keys. */
export type KeyOf<T> = T extends Table<infer Key, unknown> ? Key : never

/** The type of a table's rows: the key's columns and the others. */
export type RowOf<T> = T extends Table<unknown, infer Row> ? Row : never

/**
 * Declares a captured table; TypeScript infers the types of its keys and rows.
 *
 *     const orderTable = defineTable({
 *       topic: 'shop.public.order',
 *       key: { id: bigint() },
 *       columns: { title: varchar(), score: double().nullable() },
 *     })
 *
 * Throws TOPOLOGY_INVALID for a definition that contradicts itself.
 */
export function defineTable<const KeyColumns extends Columns, const OtherColumns extends Columns>(
  options: TableOptions<KeyColumns, OtherColumns>,
): Table<KeyValues<KeyColumns>, Merged<KeyValues<KeyColumns> & RowValues<OtherColumns>>> {
  const { topic, key, columns, replicaIdentity = 'default' } = options
  return new Table(new TableShape(topic, key, columns, replicaIdentity === 'full'))
}
