import type { Tombstone, TruncateEvent } from '../change/change-event'
import { FactsError, toFactsError } from '../errors'
import { facts } from '../gen/messages'
import type { Processor, ProcessorContext, Tables } from '../topology/processor'
import type { LogRecord } from '../topology/record'
import type { StateStore } from '../topology/store'
import type { Sink } from '../topology/topology'
import type { Serde } from '../wire/serde'
import type { RowChange } from './change-filter'
import { ChangeFilter } from './change-filter'
import type { Fact } from './define-fact'
import type { FactMessage } from './fact-topic'
import type { FactIdentity } from './header'
import { cloudEventHeaders, factHeader, factId } from './header'
import { Joiner } from './joiner'
import type { KeyColumns } from './key-text'
import { keyText } from './key-text'
import { RowStates } from './row-state'

const { Kind } = facts.v1

/** Kind of fact that each operation makes. */
const KINDS = {
  create: Kind.KIND_CREATED,
  update: Kind.KIND_UPDATED,
  delete: Kind.KIND_DELETED,
  read: Kind.KIND_SNAPSHOT,
} as const

/** Decodes a change, drops what was seen before, joins, maps, encodes: one change, one fact. */
export class FactProcessor implements Processor {
  private readonly joiner: Joiner
  private readonly filter: ChangeFilter

  constructor(
    private readonly fact: Fact,
    private readonly sink: Sink,
    private readonly serde: Serde<FactMessage>,
    tables: Tables,
    rows: StateStore,
  ) {
    this.joiner = new Joiner(fact.join, tables)
    this.filter = new ChangeFilter(new RowStates(rows, fact.from.columns), fact.toast)
  }

  process(record: LogRecord, context: ProcessorContext): void {
    const change = this.fact.from.decode(record) as
      RowChange | TruncateEvent | Tombstone<KeyColumns>
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
    const { operation, key, position } = change
    const subject = keyText(key)
    const accepted = this.filter.accept(subject, change, context)
    if (accepted === undefined) return
    const { after, unavailable, replaces } = accepted
    const fact = this.fact.name
    const id = factId(fact, subject, position)
    const common = { fact, subject, position }
    if (replaces) {
      context.note('replaced')
      const removed = { ...common, id: `${id}.removed`, kind: KINDS.delete, unavailable: [] }
      this.forward(removed, key, null, record, context)
    }
    this.forward(
      { ...common, id, kind: KINDS[operation], unavailable },
      ...([key, after, record, context] as const),
    )
  }

  private forward(
    identity: FactIdentity,
    key: KeyColumns,
    row: KeyColumns | null,
    record: LogRecord,
    context: ProcessorContext,
  ): void {
    context.forward(this.sink, {
      key: Buffer.from(identity.subject),
      value: this.serde.serialize(this.message(identity, key, row)),
      timestamp: record.timestamp,
      headers: cloudEventHeaders(identity),
    })
  }

  private message(identity: FactIdentity, key: KeyColumns, row: KeyColumns | null): FactMessage {
    const header = factHeader(identity)
    try {
      const keyFields = this.fact.key(key)
      if (row === null) return { header, ...keyFields }
      const fields = this.fact.map(this.joiner.input(key, row))
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
