import type { Fact } from '../../fact/define-fact'
import type { FactMessage } from '../../fact/fact-topic'
import type { MessageType } from '../../protobuf/message/message-type'
import type { OutboxFields } from '../select/outbox'

/** A topic of facts that is served over HTTP. */
export interface FeedDefinition {
  /** In the address: `/feeds/{name}`. */
  readonly name: string
  readonly topic: string
  readonly type: MessageType<FactMessage>
  /** JSON names of the fields that identify the row; they are in every fact, a delete included. */
  readonly keyFields: readonly string[]
  /**
   * Fields by JSON names, of text, whole numbers, enums or booleans, by which sets can be found: `where` with `field == value`
   * is served without looking at the other facts.
   */
  readonly indexes: readonly string[]
  /** How many its topic must have; undefined when any number will do. */
  readonly partitions?: number | undefined
  /** Says that the facts are events of an outbox, which are told by `GET /events` too. Its topic has one partition. */
  readonly outbox?: OutboxFields | undefined
}

/** How a fact's topic is served: under the fact's name. */
export function feedDefinition(fact: Fact, outbox?: OutboxFields): FeedDefinition {
  const { name, key, from, indexes, to, partitions } = fact
  // The names of the key's fields do not depend on what the key's columns hold.
  const anyKey = Object.fromEntries(from.keyColumns.map((column) => [column, '']))
  return {
    name,
    topic: to.name,
    type: to.type,
    keyFields: Object.keys(key(anyKey)),
    indexes,
    partitions,
    outbox,
  }
}
