import type { Fact } from '../../fact/declare/define-fact'
import type { FactMessage } from '../../fact/declare/fact-topic'
import type { MessageType } from '../../protobuf/message/message-type'
import type { OutboxFields } from '../../fact/declare/outbox-fields'

/** A topic of facts that is served over HTTP. */
export interface FeedDefinition {
  /** Name in the URL: `/feeds/{name}`. */
  readonly name: string
  readonly topic: string
  readonly type: MessageType<FactMessage>
  /** JSON names of the fields that identify the row; they are in every fact, deletes included. */
  readonly keyFields: readonly string[]
  /**
   * JSON names of the indexed fields (strings, integers, enums or booleans): `where` with `field == value` is served without
   * reading the other facts.
   */
  readonly indexes: readonly string[]
  /** Required number of partitions of its topic; undefined when any number is accepted. */
  readonly partitions?: number | undefined
  /** Set when the facts are events of an outbox, which `GET /events` sends too. Its topic has one partition. */
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
