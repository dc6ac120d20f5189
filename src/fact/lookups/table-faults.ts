import type { FactsError } from '../../errors'
import type { AnyTable } from '../declare/lookup'
import type { LogRecord } from '../../topology/record'
import type { ChangePosition, KnownPosition } from '../history/row-position'
import { compareStreamed } from '../history/row-position'

interface Fault {
  readonly error: FactsError
  readonly record: Pick<LogRecord, 'partition' | 'offset' | 'timestamp'>
  /** Undefined when even the position of the record is unreadable. */
  readonly position: ChangePosition | undefined
  /** Whether no other record of the key has been read since. */
  isLast: boolean
}

interface SeenTruncate {
  readonly record: Pick<LogRecord, 'partition' | 'offset' | 'timestamp'>
  readonly position: ChangePosition
}

/** Unreadable changes of a table, by key, until they are superseded. */
export class TableFaults {
  private readonly faults = new Map<string, Fault>()
  private truncate: SeenTruncate | undefined

  constructor(private readonly table: Pick<AnyTable, 'peekPosition'>) {}

  get first(): FactsError | undefined {
    for (const { error } of this.faults.values()) return error
    return undefined
  }

  /** Keeps the error of a record, unless the row's last change, or a TRUNCATE, is a later one. */
  add(record: LogRecord, error: FactsError, row: KnownPosition | undefined): void {
    const { partition, offset, timestamp } = record
    const position = this.table.peekPosition(record)
    const fault: Fault = {
      error: error.at({ topic: record.topic, partition, offset }),
      record: { partition, offset, timestamp },
      position,
      isLast: true,
    }
    if (position !== undefined && row !== undefined) {
      const order = compareStreamed(position, row)
      if (order === 'older' || order === 'same') return
    }
    if (this.truncate !== undefined && isRemoved(fault, this.truncate)) return
    this.faults.set(keyOf(record), fault)
  }

  /** A later change of the key was read, or the same one in a readable form. */
  supersede(record: LogRecord, position: ChangePosition): void {
    if (this.faults.size === 0) return
    const fault = this.faults.get(keyOf(record))
    if (fault === undefined || isFinal(fault)) return
    if (fault.position === undefined || !isBefore(position, fault.position)) this.clear(record)
    else fault.isLast = false
  }

  /** A record of the key was read that changes nothing. */
  passOver(record: LogRecord): void {
    const fault = this.faults.size === 0 ? undefined : this.faults.get(keyOf(record))
    if (fault !== undefined) fault.isLast = false
  }

  /** Whether the last record of the key was unreadable; a tombstone follows only a delete. */
  isLast(record: LogRecord): boolean {
    return this.faults.size > 0 && this.faults.get(keyOf(record))?.isLast === true
  }

  clear(record: LogRecord): void {
    this.faults.delete(keyOf(record))
  }

  /** A TRUNCATE supersedes unreadable changes before it. */
  empty(truncate: SeenTruncate): void {
    this.truncate = truncate
    for (const [key, fault] of this.faults) if (isRemoved(fault, truncate)) this.faults.delete(key)
  }
}

const keyOf = ({ key }: LogRecord): string => key?.toString('hex') ?? ''

/** The change belongs to a history that is not configured: no later change may be processed. */
const isFinal = ({ error }: Fault): boolean => error.code === 'EPOCH_CHANGED'

/** By position within one history, where the earlier one was not committed later. */
function isBefore(a: ChangePosition, b: ChangePosition): boolean {
  const known = { lsn: b.lsn, order: b.transactionOrder ?? 0n, committedAt: b.committedAt }
  return compareStreamed(a, known) === 'older'
}

/** Without a position, the order on the partition decides, or the times at which the connector sent them. */
function isRemoved(fault: Fault, truncate: SeenTruncate): boolean {
  const { position, record } = fault
  if (isFinal(fault)) return false
  if (position !== undefined) return isBefore(position, truncate.position)
  const { partition, offset, timestamp } = truncate.record
  return record.partition === partition ? record.offset < offset : record.timestamp < timestamp
}
