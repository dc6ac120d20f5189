import type { Table } from '../../table/table'
import type { FactMessage, FactTopic } from './fact-topic'
import type { AnyTable, Found, LookupMap, LookupsOn } from './lookup'
import type { NoOther } from './no-other'
import { refuseUnknown } from './refuse-unknown'
import type { ToastPolicies, ToastPolicy } from './toast-policy'

/** What `map` gets: the row as it is after the change, and exactly the joins that were declared. */
export type MapInput<Key, Row, Joins> = { readonly key: Key; readonly row: Row } & Found<Joins>

/** What of a message its declaration gives. */
type Content<Message> = Omit<Message, 'header'>

export interface FactSpec<Key, Row, Joins, Message extends FactMessage, KeyFields, Mapped> {
  /** Name of the fact, for example `shop.order`: start of its ids and of its CloudEvents type. */
  readonly name: string
  readonly from: Table<Key, Row>
  /**
   * Partitions of the captured topic and of the facts' topic; default `topics.partitions`. With one partition the facts are
   * in the order in which the source's transactions committed, and a single task makes them.
   */
  readonly partitions?: number
  /** Enrichment by name; see `lookup`. */
  readonly join?: Joins & LookupsOn<Row, Joins>
  /** The fields that identify the row: in every fact, deletes included. */
  readonly key: (key: Key) => KeyFields & NoOther<KeyFields, keyof Content<Message>>
  /** All other fields. A pure function: no clock, no I/O, no state. */
  readonly map: (
    input: MapInput<Key, Row, Joins>,
  ) => Mapped & NoOther<Mapped, keyof Content<Message>>
  /** Fields that the feed indexes, to find sets such as all facts with `secondaryId == 7` without reading the others. */
  readonly indexes?: readonly (keyof Content<Message> & string)[]
  /** What to do with TOASTed values that a change lacks, by column; default `heal`. */
  readonly toast?: { readonly [Name in keyof Row]?: ToastPolicy }
  readonly to: FactTopic<Message>
}

/** A declared fact: what a topology is compiled from. */
export interface Fact<Message extends FactMessage = FactMessage> {
  readonly name: string
  readonly from: AnyTable
  readonly partitions?: number
  readonly join: LookupMap
  readonly key: (key: unknown) => object
  readonly map: (input: Readonly<Record<string, unknown>>) => object
  readonly indexes: readonly string[]
  readonly toast: ToastPolicies
  readonly to: FactTopic<Message>
}

/**
 * Declares a fact: the table whose changes it is made of, the lookups that enrich it, and its content. An undeclared
 * column, join or field does not compile, and neither does a missing field of the message. Throws TOPOLOGY_INVALID for a column of a
 * lookup or of `toast` that its table does not have, for what was not compiled.
 */
export function defineFact<
  Key,
  Row,
  Message extends FactMessage,
  KeyFields extends Partial<Content<Message>>,
  Mapped extends Omit<Content<Message>, keyof KeyFields>,
  Joins extends LookupMap = Record<never, never>,
>(spec: FactSpec<Key, Row, Joins, Message, KeyFields, Mapped>): Fact<Message> {
  const { join = {}, indexes = [], toast = {} } = spec
  refuseUnknown(spec.name, { from: spec.from, join, toast })
  return { ...spec, join, indexes, toast } as unknown as Fact<Message>
}
