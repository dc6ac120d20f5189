import type { Tombstone, TruncateEvent } from '../../table/shape/change-event'
import { FactsError, toFactsError } from '../../errors'
import { facts } from '../../gen/messages'
import type { Processor, ProcessorContext, Tables } from '../../topology/processor'
import type { LogRecord } from '../../topology/record'
import type { StateStore } from '../../topology/store'
import type { Sink } from '../../topology/sink'
import type { Serde } from '../../protobuf/serde/serde'
import { ColumnHistory } from '../history/column-history'
import { Deduplicator } from '../history/deduplicator'
import type { Fact } from '../declare/define-fact'
import type { FactMessage } from '../declare/fact-topic'
import type { FactIdentity } from './header'
import type { AbsentRow } from './absent-row'
import { absentRow } from './absent-row'
import { cloudEventHeaders, factHeader, factId } from './header'
import { Joiner } from '../lookups/joiner'
import type { KeyColumns } from '../value/key-text'
import { keyText } from '../value/key-text'
import { movedKey } from '../history/moved-key'
import type { RowChange } from '../history/row-change'
import { isSeenState, revisionAfter, RowStates } from '../history/row-state'
import { ToastHealer } from '../history/toast-healer'
import { ROWS_PER_STEP, truncationOf } from '../history/truncation'
import { capturedTopic } from '../../table/shape/captured-topic'
import { columnOf, ValueFault } from '../value/value-fault'

const { Kind } = facts.v1

/** Kind of fact that each operation makes. */
const KINDS = {
  create: Kind.KIND_CREATED,
  update: Kind.KIND_UPDATED,
  delete: Kind.KIND_DELETED,
  read: Kind.KIND_SNAPSHOT,
} as const

/** Decodes a change, drops repeated ones, joins, maps, encodes: one change, one fact. */
export class FactProcessor implements Processor {
  private readonly joiner: Joiner
  private readonly rows: RowStates
  private readonly deduplicator: Deduplicator
  private readonly columns: ColumnHistory

  constructor(
    private readonly fact: Fact,
    private readonly sink: Sink,
    private readonly serde: Serde<FactMessage>,
    tables: Tables,
    rows: StateStore,
    epoch: number,
  ) {
    this.joiner = new Joiner(fact.from, fact.join, tables)
    this.rows = new RowStates(rows, fact.from.shape.columns, epoch)
    const healer = new ToastHealer(fact.toast, fact.from.shape.substitutes)
    this.deduplicator = new Deduplicator(this.rows, healer)
    this.columns = new ColumnHistory(fact.from.topic, fact.from.columns, rows)
  }

  process(record: LogRecord, context: ProcessorContext): void {
    const change = this.fact.from.decode(record) as
      RowChange | TruncateEvent | Tombstone<KeyColumns>
    if (change.operation === 'tombstone') {
      // A tombstone: the delete before it has made the fact.
      context.drop('tombstone')
      return
    }
    if (change.operation === 'truncate') {
      // It empties the table, and arrives in one partition only.
      context.broadcast()
      context.inSteps(this.truncate(change, record, true, context))
      return
    }
    this.change(change, record, context)
  }

  /** Processes a TRUNCATE that arrived in another partition, or an absent row. */
  receive(record: LogRecord, context: ProcessorContext): void {
    const absent = absentRow(record)
    if (absent !== undefined) {
      this.remove(absent, record, context)
      return
    }
    const change = this.fact.from.decode(record)
    if (change.operation !== 'truncate') throw new Error('only TRUNCATE is broadcast')
    context.inSteps(this.truncate(change, record, false, context))
  }

  /** Subjects of the rows in the state, each of which has a fact. */
  *published(topic: string): Iterable<Buffer> {
    if (topic !== this.sink.topic) return
    for (const [subject, { isLive }] of this.rows.entries()) {
      if (isLive) yield Buffer.from(subject)
    }
  }

  private change(change: RowChange, record: LogRecord, context: ProcessorContext): void {
    const { operation, key, position } = change
    // Columns that are not declared: new in the table, or not needed.
    if (change.unknownColumns.length > 0) context.note('undeclared_columns')
    if (change.missingColumns.length > 0) context.note('missing_columns')
    this.columns.check(change)
    const subject = keyText(key)
    const accepted = this.deduplicator.accept(subject, change, record.offset, context)
    if (accepted === undefined) return
    const { after, unavailable, replaces, isTruncated, revision, epoch } = accepted
    const fact = this.fact.name
    const id = factId(fact, subject, position, epoch)
    const common = { fact, subject, position }
    const remove = (at: bigint): void => {
      const removed = { ...common, id: `${id}.removed`, kind: KINDS.delete, unavailable: [] }
      this.forward({ ...removed, revision: at }, key, null, record, context)
    }
    if (replaces) {
      context.note('replaced')
      remove(revision - 1n)
    }
    const move = movedKey(this.fact.from, operation, record)
    const identity = { ...common, id, kind: KINDS[operation], revision, unavailable, move }
    this.forward(identity, key, after, record, context)
    if (isTruncated) {
      context.note('truncated_late')
      const known = this.rows.get(subject)
      if (known !== undefined) this.rows.remove(subject, known, revision + 1n)
      remove(revision + 1n)
    }
  }

  /** A removed fact for each live row of this task; `isOwn`: the TRUNCATE arrived in this partition. */
  private *truncate(
    { position }: TruncateEvent,
    record: LogRecord,
    isOwn: boolean,
    context: ProcessorContext,
  ): Generator<undefined, void> {
    const { rows } = this
    const truncation = yield* truncationOf(rows, position, isOwn ? record.offset : undefined)
    if (truncation === undefined) {
      context.drop('duplicate')
      return
    }
    const fact = this.fact.name
    const { epoch, removed } = truncation
    for (const [index, subject] of removed.entries()) {
      if (index % ROWS_PER_STEP === 0) yield
      const known = rows.get(subject)
      if (known === undefined) continue
      const key = rows.keyOf(known, this.fact.from.keyColumns)
      const id = factId(fact, subject, position, epoch > known.epoch ? epoch : known.epoch)
      const revision = revisionAfter(known, position.lsn)
      const identity = {
        id,
        fact,
        subject,
        position,
        revision,
        kind: KINDS.delete,
        unavailable: [],
      }
      rows.remove(subject, known, revision)
      this.forward(identity, key, null, record, context)
    }
    if (removed.length === 0) context.drop('truncated_nothing')
    else context.note('truncated')
  }

  /** A removed fact for a row that the table does not have, unless its state has changed since. */
  private remove(
    { subject, seen, position }: AbsentRow,
    record: LogRecord,
    context: ProcessorContext,
  ): void {
    const { rows } = this
    const known = rows.get(subject)
    if (known?.isLive !== true) {
      context.drop('deleted_already')
    } else if (!isSeenState(subject, known, seen)) {
      context.drop('changed_since')
    } else {
      const fact = this.fact.name
      // After the row's last fact, and before the next change of it.
      const lsn = (known.lsn > known.snapshotLsn ? known.lsn : known.snapshotLsn) + 1n
      const at = { ...position, lsn }
      const id = factId(fact, subject, at, known.epoch)
      const revision = revisionAfter(known, lsn)
      const identity = { id, fact, subject, position: at, revision, kind: KINDS.delete }
      rows.remove(subject, known, revision)
      const key = rows.keyOf(known, this.fact.from.keyColumns)
      this.forward({ ...identity, unavailable: [] }, key, null, record, context)
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
      value: this.encoded(this.message(identity, key, row)),
      timestamp: record.timestamp,
      headers: cloudEventHeaders(identity),
    })
  }

  private message(identity: FactIdentity, key: KeyColumns, row: KeyColumns | null): FactMessage {
    const header = factHeader(identity)
    let input: Readonly<Record<string, unknown>> = { key }
    try {
      const keyFields = this.fact.key(key)
      if (row === null) return { header, ...keyFields }
      input = this.joiner.input(key, row)
      const fields = this.fact.map(input)
      // Copying twenty fields takes as long as mapping them.
      const message = Object.isExtensible(fields) ? fields : { ...fields }
      return Object.assign(message, keyFields, { header })
    } catch (error) {
      const { message } = toFactsError(error)
      const column = error instanceof ValueFault ? columnOf(input, error.value) : undefined
      const at = column === undefined ? '' : `, at column ${column}`
      throw new FactsError(
        'MAP_FAILED',
        `The mapping of ${this.fact.name} failed for a row of ${this.table}${at}: ${message}`,
        { key: identity.subject, cause: error },
      )
    }
  }

  private encoded(message: FactMessage): Buffer {
    try {
      return this.serde.serialize(message)
    } catch (error) {
      const { code, message: what, coordinates, cause } = toFactsError(error)
      if (code !== 'ENCODE_FAILED') throw error
      const whose = `${what} It is of a row of ${this.table}.`
      throw new FactsError(code, whose, { ...coordinates, cause })
    }
  }

  private get table(): string {
    const { schema, table } = capturedTopic(this.fact.from.topic)
    return `${schema}.${table}`
  }
}
