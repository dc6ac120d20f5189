import { FactsError, toFactsError } from '../errors'
import { facts } from '../gen/messages'
import type { Processor, ProcessorContext, Tables } from '../topology/processor'
import type { LogRecord } from '../topology/record'
import type { Sink } from '../topology/topology'
import type { Serde } from '../wire/serde'
import type { Fact } from './define-fact'
import type { FactMessage } from './fact-topic'
import type { FactIdentity } from './header'
import { cloudEventHeaders, factHeader, factId } from './header'
import { Joiner } from './joiner'
import type { KeyColumns } from './key-text'
import { keyText } from './key-text'

const { Kind } = facts.v1

/** Kind of fact that each operation makes. */
const KINDS = {
  create: Kind.KIND_CREATED,
  update: Kind.KIND_UPDATED,
  delete: Kind.KIND_DELETED,
  read: Kind.KIND_SNAPSHOT,
} as const

/** Decodes a change, joins, maps, encodes: one change, one fact. */
export class FactProcessor implements Processor {
  private readonly joiner: Joiner

  constructor(
    private readonly fact: Fact,
    private readonly sink: Sink,
    private readonly serde: Serde<FactMessage>,
    tables: Tables,
  ) {
    this.joiner = new Joiner(fact.join, tables)
  }

  process(record: LogRecord, context: ProcessorContext): void {
    const change = this.fact.from.decode(record)
    if (change.operation === 'tombstone') {
      // The delete in front of it has made the fact.
      context.drop('tombstone')
      return
    }
    if (change.operation === 'truncate') {
      throw new FactsError(
        'TRUNCATE_UNSUPPORTED',
        'The table was truncated. Which rows that removed is not known here, so no fact could be made of it: resynchronise the readers of this topic.',
      )
    }
    const { operation, key, after, position, unavailable } = change
    const subject = keyText(key as KeyColumns)
    const identity = {
      id: factId(this.fact.name, subject, position),
      fact: this.fact.name,
      kind: KINDS[operation],
      subject,
      position,
      unavailable,
    }
    const message = this.message(identity, key, after)
    context.forward(this.sink, {
      key: Buffer.from(subject),
      value: this.serde.serialize(message),
      timestamp: record.timestamp,
      headers: cloudEventHeaders(identity),
    })
  }

  private message(identity: FactIdentity, key: unknown, row: unknown): FactMessage {
    const header = factHeader(identity)
    try {
      const keyFields = this.fact.key(key)
      if (row === null) return { header, ...keyFields }
      const fields = this.fact.map(this.joiner.input(key, row as KeyColumns))
      // Copying twenty fields takes as long as mapping them.
      const message = Object.isExtensible(fields) ? fields : { ...fields }
      return Object.assign(message, keyFields, { header })
    } catch (error) {
      const { message } = toFactsError(error)
      throw new FactsError('MAP_FAILED', `The mapping of ${this.fact.name} failed: ${message}`, {
        key: identity.subject,
        cause: error,
      })
    }
  }
}
