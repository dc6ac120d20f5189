import type { PlacedColumn } from '../../table/shape/table-shape'
import type { Fact } from '../../fact/declare/define-fact'
import { SCHEMAS } from '../../fact/history/row-schemas'
import { liveState, RowStates } from '../../fact/history/row-state'
import { eachRecord } from '../../broker/each-record'
import type { Log } from '../../broker/ports'
import type { StateStore } from '../../topology/store'
import type { Comparison } from './comparable-value'
import { digestOf, factText } from './comparable-value'

/** A row that facts have as live. */
export interface LiveRow {
  readonly partition: number
  /** See `liveState`. */
  readonly seen: Buffer
  /** Digest of its compared values; undefined when they are unknown. */
  readonly digest: string | undefined
}

/** A column whose values are compared. */
export interface ComparedColumn {
  readonly placed: PlacedColumn
  /** Its name in the table, which may still be a former one. */
  readonly field: string
  readonly comparison: Comparison
}

export interface LiveRowsOptions {
  readonly log: Log
  readonly fact: Fact
  readonly changelog: string
  readonly compared: readonly ComparedColumn[]
  readonly onProgress?: ((what: string, rows: number) => void) | undefined
}

/** Rows between two reports of progress. */
export const REPORT_EVERY = 100_000

/** Every live row of the facts, by subject, from the changelogs of their tasks. */
export async function liveRows(options: LiveRowsOptions): Promise<Map<string, LiveRow>> {
  const { log, fact, changelog, compared, onProgress } = options
  // Compaction leaves only the last schemas, which are before the rows that need them.
  const schemas = new Map<number, Buffer>()
  await eachRecord(log, [changelog], ({ key, value, partition }) => {
    if (value !== null && key?.toString() === SCHEMAS) schemas.set(partition, value)
  })
  const live = new Map<string, LiveRow>()
  const readers = new Map<number, StateReader>()
  let read = 0
  await eachRecord(log, [changelog], ({ key, value, partition }) => {
    const subject = key?.toString() ?? ''
    const seen = value === null ? undefined : liveState(subject, value)
    if (value === null || seen === undefined) live.delete(subject)
    else {
      const reader = readers.get(partition) ?? new StateReader(fact, schemas.get(partition))
      readers.set(partition, reader)
      live.set(subject, { partition, seen, digest: reader.digest(subject, value, compared) })
    }
    read += 1
    if (read % REPORT_EVERY === 0) onProgress?.('changes of the state', read)
  })
  return live
}

/** Reads the rows of one task's changelog, one at a time. */
class StateReader {
  private readonly store: RecordStore
  private readonly states: RowStates

  constructor(fact: Fact, schemas: Buffer | undefined) {
    this.store = new RecordStore(schemas)
    this.states = new RowStates(this.store, fact.from.shape.columns, 1)
  }

  digest(subject: string, value: Buffer, compared: readonly ComparedColumn[]): string | undefined {
    this.store.record = [subject, value]
    const known = this.states.get(subject)
    const row = known && this.states.rowOf(known)
    if (row === undefined) return undefined
    return digestOf(
      compared.map(({ placed: { name, column }, comparison }) =>
        factText(name in row ? row[name] : column.substitute, comparison),
      ),
    )
  }
}

/** A store with the row schemas and a single row. */
class RecordStore implements StateStore {
  readonly undone = 0
  record: readonly [key: string, value: Buffer] | undefined

  constructor(private readonly schemas: Buffer | undefined) {}

  get(key: string): Buffer | undefined {
    if (key === SCHEMAS) return this.schemas
    return this.record?.[0] === key ? this.record[1] : undefined
  }
  set(): never {
    throw new Error('The store is read-only.')
  }
  delete(): never {
    return this.set()
  }
  *entries(): Iterable<readonly [key: string, value: Buffer]> {
    if (this.record !== undefined) yield this.record
  }
}
