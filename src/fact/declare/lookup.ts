import type { Table } from '../../table/table'
import type { DidYouMean } from './did-you-mean'

/**
 * Enrichment from a global table, by a column that refers to its primary key.
 *
 * - Every instance holds the whole table: nothing has to be co-partitioned.
 * - The table is complete before the first record is processed, and before each batch it has caught up with its topic,
 *   so a lookup sees at least the records that were on the topic when the batch was read.
 * - Point in time, no re-emit: when the looked-up row changes later, earlier facts are not updated.
 */
export interface Lookup<Column extends string, Referred, Found> {
  readonly kind: 'lookup'
  readonly column: Column
  // The table's types are known at the declaration; internally, rows are looked up by text.
  readonly table: AnyTable
  readonly join: LookupMap
  /** Types only. */
  readonly types?: { readonly referred: Referred; readonly found: Found }
}

/** A table whose types do not matter here. */
export type AnyTable = Pick<
  Table<unknown, unknown>,
  | 'topic'
  | 'keyColumns'
  | 'columns'
  | 'counts'
  | 'declaration'
  | 'canonical'
  | 'decode'
  | 'decodeOtherKey'
  | 'needsSchemas'
  | 'peekPosition'
  | 'prepare'
  | 'shape'
  | 'typeOf'
>

export type LookupMap = Readonly<Record<string, Lookup<string, unknown, unknown>>>

/** The results of a map's lookups, by name: the row found, or undefined. */
export type Found<Joins> = {
  readonly [Name in keyof Joins]: Joins[Name] extends Lookup<string, unknown, infer Row>
    ? Row | undefined
    : never
}

/**
 * The same map when every column exists in the row and has the type of the key that it refers to; otherwise a text in the place
 * of the lookup that does not fit, which does not compile and is the compiler's message.
 */
export type LookupsOn<Row, Joins> = {
  readonly [Name in keyof Joins]: Joins[Name] extends Lookup<infer Column, infer Referred, unknown>
    ? Column extends keyof Row
      ? NonNullable<Row[Column]> extends Referred
        ? Joins[Name]
        : `Column "${Column}" has another type than the key that "${Name & string}" is looked up by.`
      : `Column "${Column}", by which "${Name & string}" is looked up, does not exist in the table.${DidYouMean<Column, keyof Row>}`
    : never
}

/** Type of a single-column key; a composite key cannot be referred to by one column. */
type SingleKey<Key> = keyof Key extends infer Only
  ? [Only] extends [keyof Key]
    ? IsUnion<Only> extends true
      ? never
      : Key[Only]
    : never
  : never

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never

/**
 * Declares a lookup: `lookup(secondaryTable, 'secondary_id')`. Further lookups start from the row that was found:
 * `lookup(secondaryTable, 'secondary_id', { tertiary: lookup(tertiaryTable, 'tertiary_id') })`.
 */
export function lookup<
  Key,
  Row,
  const Column extends string,
  Joins extends LookupMap = Record<never, never>,
>(
  table: Table<Key, Row>,
  column: Column,
  join?: Joins & LookupsOn<Row, Joins>,
): Lookup<Column, SingleKey<Key>, Row & Found<Joins>> {
  return { kind: 'lookup', column, table: table, join: join ?? {} }
}
