import { capturedTopic } from '../change/captured-topic'
import type { SourcePosition } from '../change/source-position'
import { FactsError } from '../errors'
import { absentRecord } from '../fact/absent-row'
import type { Fact } from '../fact/define-fact'
import { keyText } from '../fact/key-text'
import { liveState } from '../fact/row-state'
import { eachRecord } from '../log/each-record'
import type { Log } from '../log/log'
import type { LogRecord } from '../topology/record'

/** The database as the comparison needs it. */
export interface SourceTable {
  /** Where the database is now. */
  readonly position: () => Promise<Pick<SourcePosition, 'lsn' | 'committedAt' | 'database'>>
  /** Primary keys of all rows, each as a JSON object of its columns, as of one moment after the call. */
  readonly keys: () => AsyncIterable<string>
}

export interface ResyncOptions {
  readonly log: Log
  readonly fact: Fact
  /** Changelog of the fact's rows. */
  readonly changelog: string
  readonly source: SourceTable
  readonly onProgress?: (what: string, rows: number) => void
}

export interface Difference {
  /** Rows in both. */
  readonly common: number
  /** Rows of the table that no fact tells of yet: some, or all, may be on their way. */
  readonly missing: readonly string[]
  /** For the task of each row that facts tell of and the table does not hold, to be broadcast to its partition. */
  readonly absent: readonly LogRecord[]
}

interface LiveRow {
  readonly partition: number
  readonly seen: Buffer
}

/** Between two reports of progress. */
const REPORT_EVERY = 100_000

/**
 * Compares what the facts tell of with what the table holds.
 *
 * The facts' side is read first. A row that it has and the table has not was deleted before the table was read, so its
 * facts end in a state that is over; whether it is still their last one only its task can tell, and does: it removes the
 * row if it knows exactly what was seen here. Changes that are on their way are taken as usual, before or after.
 */
export async function compareWithTable(options: ResyncOptions): Promise<Difference> {
  const { fact, source } = options
  const begun = await source.position()
  const live = await liveRows(options)
  const missing: string[] = []
  let common = 0
  for await (const key of source.keys()) {
    const subject = subjectOf(fact, key)
    if (live.delete(subject)) common += 1
    else missing.push(subject)
    if ((common + missing.length) % REPORT_EVERY === 0) {
      options.onProgress?.('rows of the table', common + missing.length)
    }
  }
  const { topic } = fact.from
  const position = {
    ...{ ...begun, ...capturedTopic(topic) },
    ...{ transactionId: null, transactionOrder: null, snapshot: false },
  }
  const absent = [...live].map(([subject, { partition, seen }]) =>
    absentRecord(topic, partition, { subject, seen, position }),
  )
  return { common, missing, absent }
}

/** Every row that the facts have as live. */
async function liveRows({
  log,
  changelog,
  onProgress,
}: ResyncOptions): Promise<Map<string, LiveRow>> {
  const live = new Map<string, LiveRow>()
  let read = 0
  await eachRecord(log, [changelog], ({ key, value, partition }) => {
    const subject = key?.toString() ?? ''
    const seen = value === null ? undefined : liveState(subject, value)
    if (seen === undefined) live.delete(subject)
    else live.set(subject, { partition, seen })
    read += 1
    if (read % REPORT_EVERY === 0) onProgress?.('changes of the state', read)
  })
  return live
}

/** The key as the connector would have written it, so that it is read by the same rules. */
function subjectOf(fact: Fact, key: string): string {
  const { topic } = fact.from
  try {
    const bytes = { topic, partition: 0, offset: 0n, key: Buffer.from(key), value: null }
    const { key: columns } = fact.from.decode(bytes) as {
      readonly key: Readonly<Record<string, unknown>>
    }
    return keyText(columns)
  } catch (cause) {
    throw new FactsError(
      'KEY_INVALID',
      `The key ${key} of the table cannot be compared with those of the facts: a column of it is of a type that PostgreSQL writes otherwise as JSON than Debezium does. Nothing was changed.`,
      { topic, cause },
    )
  }
}
