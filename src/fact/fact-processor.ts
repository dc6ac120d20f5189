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
import type { AbsentRow } from './absent-row'
import { absentRow } from './absent-row'
import { cloudEventHeaders, factHeader, factId } from './header'
import { Joiner } from './joiner'
import type { KeyColumns } from './key-text'
import { keyText } from './key-text'
import { movedKey } from './moved-key'
import { liveState, RowStates } from './row-state'

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
  private readonly rows: RowStates
  private readonly filter: ChangeFilter

  constructor(
    private readonly fact: Fact,
    private readonly sink: Sink,
    private readonly serde: Serde<FactMessage>,
    tables: Tables,
    rows: StateStore,
    epoch: number,
  ) {
    this.joiner = new Joiner(fact.join, tables)
    this.rows = new RowStates(rows, fact.from.columns, epoch)
    this.filter = new ChangeFilter(this.rows, fact.toast)
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
      // It empties the table, and arrives in one partition only.
      context.broadcast()
      this.truncate(change, record, context)
      return
    }
    this.change(change, record, context)
  }

  /** A TRUNCATE that arrived in another partition, or a row that was found absent. */
  receive(record: LogRecord, context: ProcessorContext): void {
    const absent = absentRow(record)
    if (absent !== undefined) {
      this.remove(absent, record, context)
      return
    }
    const change = this.fact.from.decode(record)
    if (change.operation !== 'truncate') throw new Error('only TRUNCATE is broadcast')
    this.truncate(change, record, context)
  }

  private change(change: RowChange, record: LogRecord, context: ProcessorContext): void {
    const { operation, key, position } = change
    // Columns that the declaration does not name: new in the table, or not wanted.
    if (change.unknownColumns.length > 0) context.note('undeclared_columns')
    const subject = keyText(key)
    const accepted = this.filter.accept(subject, change, context)
    if (accepted === undefined) return
    const { after, unavailable, replaces, isNew } = accepted
    const fact = this.fact.name
    const id = factId(fact, subject, position)
    const common = { fact, subject, position }
    const remove = (): void => {
      const removed = { ...common, id: `${id}.removed`, kind: KINDS.delete, unavailable: [] }
      this.forward(removed, key, null, record, context)
    }
    if (replaces) {
      context.note('replaced')
      remove()
    }
    const move = movedKey(this.fact, operation, record)
    const identity = { ...common, id, kind: KINDS[operation], unavailable, move }
    this.forward(identity, key, after, record, context)
    const isLate = isNew && after !== null && operation !== 'read'
    if (isLate && position.lsn < this.rows.truncatedAt) {
      // Older than a TRUNCATE that overtook it on the way here.
      context.note('truncated_late')
      this.rows.put(subject, this.rows.encode(change, null, this.rows.get(subject)))
      remove()
    }
  }

  /** A removed fact for each row that this task knows to have been there. */
  private truncate(
    { position }: TruncateEvent,
    record: LogRecord,
    context: ProcessorContext,
  ): void {
    const { rows } = this
    const { lsn } = position
    if (lsn <= rows.truncatedAt) {
      context.drop('duplicate')
      return
    }
    const fact = this.fact.name
    let removed = 0
    for (const [subject, known] of [...rows.liveBefore(lsn)]) {
      const key = rows.keyOf(known, this.fact.from.keyColumns)
      const id = factId(fact, subject, position)
      const identity = { id, fact, subject, position, kind: KINDS.delete, unavailable: [] }
      rows.remove(subject, known)
      this.forward(identity, key, null, record, context)
      removed += 1
    }
    rows.truncatedAt = lsn
    if (removed === 0) context.drop('truncated_nothing')
    else context.note('truncated')
  }

  /** A removed fact for a row that the table does not hold, unless its state is another one by now. */
  private remove(
    { subject, seen, position }: AbsentRow,
    record: LogRecord,
    context: ProcessorContext,
  ): void {
    const { rows } = this
    const known = rows.get(subject)
    if (known?.isLive !== true) {
      context.drop('deleted_already')
    } else if (liveState(subject, known.bytes)?.equals(seen) !== true) {
      context.drop('changed_since')
    } else {
      const fact = this.fact.name
      // Behind the row's last fact, and before whatever else may come of it.
      const lsn = (known.lsn > known.snapshotLsn ? known.lsn : known.snapshotLsn) + 1n
      const at = { ...position, lsn }
      const id = factId(fact, subject, at)
      const identity = { id, fact, subject, position: at, kind: KINDS.delete, unavailable: [] }
      rows.remove(subject, known)
      this.forward(identity, rows.keyOf(known, this.fact.from.keyColumns), null, record, context)
      context.note('resynced')
    }
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
