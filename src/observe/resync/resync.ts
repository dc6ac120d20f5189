import { Table } from '../../table/table'
import { capturedTopic } from '../../table/shape/captured-topic'
import type { SourcePosition } from '../../table/shape/source-position'
import { fieldOf } from '../../table/shape/table-shape'
import { FactsError } from '../../errors'
import { absentRecord } from '../../fact/compile/absent-row'
import type { Fact } from '../../fact/declare/define-fact'
import { keyText } from '../../fact/value/key-text'
import type { Log } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import { comparison, digestOf } from './comparable-value'
import type { ComparedColumn } from './live-rows'
import { liveRows, REPORT_EVERY } from './live-rows'

/** A source table for the comparison. */
export interface SourceTable {
  /** Current position of the database, and the table's own name. */
  readonly position: () => Promise<
    Pick<SourcePosition, 'lsn' | 'committedAt' | 'database' | 'schema' | 'table'>
  >
  /** Type of a column, in the declarations' notation; undefined when there is no such column. */
  readonly typeOf: (column: string) => string | undefined
  /** All rows, as of one snapshot after the call. */
  readonly rows: (columns: readonly SelectedColumn[]) => AsyncIterable<SourceRow>
}

export interface SelectedColumn {
  readonly name: string
  /** Whether a long text may be replaced by its hash; see `LONG`. */
  readonly mayBeHashed: boolean
}

export interface SourceRow {
  /** The primary key as a JSON object of its columns. */
  readonly key: string
  /** PostgreSQL's text of the selected columns. */
  readonly values: readonly (string | null)[]
}

export interface ResyncOptions {
  readonly log: Log
  readonly fact: Fact
  /** Changelog of the fact's rows. */
  readonly changelog: string
  readonly source: SourceTable
  readonly onProgress?: (what: string, rows: number) => void
}

export interface DifferentRow {
  readonly subject: string
  /** Equal as long as neither side of the difference changes. */
  readonly between: string
}

export interface Difference {
  /** Rows that are the same in both. */
  readonly same: number
  /** Rows of the table without a fact: their changes may be in transit. */
  readonly missing: readonly string[]
  /** Rows with other values in the table: their changes may be in transit. */
  readonly different: readonly DifferentRow[]
  /** Control records for live rows of the facts that the table does not have, to be broadcast to their partition. */
  readonly absent: readonly LogRecord[]
  /** Declared columns whose values cannot be compared. */
  readonly notCompared: readonly string[]
}

/**
 * Compares the rows of the facts with the rows of the table.
 *
 * The facts' side is read first. A row that it has and the table has not was deleted before the table was read, so its last
 * fact is outdated; only its task can decide whether that is still the last one, and removes the row if its state equals the
 * one seen here. Changes in transit are processed as usual, before or after.
 */
export async function compareWithTable(options: ResyncOptions): Promise<Difference> {
  const { fact, source, onProgress } = options
  const begun = await source.position()
  const { compared, notCompared } = comparedColumns(fact, source)
  const live = await liveRows({ ...options, compared })
  const missing: string[] = []
  const different: DifferentRow[] = []
  let same = 0
  const selected = compared.map(({ field, comparison: { isVerbatim } }) => ({
    name: field,
    mayBeHashed: isVerbatim,
  }))
  for await (const { key, values } of source.rows(selected)) {
    const subject = subjectOf(fact, key)
    const known = live.get(subject)
    live.delete(subject)
    const digest = digestOf(
      compared.map(({ comparison: { ofTable } }, index) => {
        const text = values[index] ?? null
        return text === null ? null : ofTable(text)
      }),
    )
    if (known === undefined) missing.push(subject)
    else if (known.digest === undefined || known.digest === digest) same += 1
    else different.push({ subject, between: `${known.digest} ${digest}` })
    const read = same + missing.length + different.length
    if (read % REPORT_EVERY === 0) onProgress?.('rows of the table', read)
  }
  const { topic } = fact.from
  const position = {
    ...begun,
    connector: capturedTopic(topic).connector,
    transactionId: null,
    transactionOrder: null,
    snapshot: false,
  }
  const absent = [...live].map(([subject, { partition, seen }]) =>
    absentRecord(topic, partition, { subject, seen, position }),
  )
  return { same, missing, different, absent, notCompared }
}

/** The columns besides the key's; those that the table does not have are not compared. */
function comparedColumns(
  { from }: Fact,
  source: SourceTable,
): { readonly compared: readonly ComparedColumn[]; readonly notCompared: readonly string[] } {
  const compared: ComparedColumn[] = []
  const notCompared: string[] = []
  for (const placed of from.shape.columns) {
    if (placed.isKey) continue
    const field = fieldOf(placed, (name) => source.typeOf(name) !== undefined)
    const type = field === undefined ? undefined : source.typeOf(field)
    const found = type === undefined ? undefined : comparison(type)
    if (field === undefined || found === undefined) notCompared.push(placed.name)
    else compared.push({ placed, field, comparison: found })
  }
  return { compared, notCompared }
}

/** The key in the connector's form, so that it is decoded by the same rules. */
function subjectOf(fact: Fact, key: string): string {
  const { topic } = fact.from
  try {
    const bytes = { topic, partition: 0, offset: 0n, key: Buffer.from(key), value: null }
    const { key: columns } = new Table(fact.from.shape).decode(bytes) as {
      readonly key: Readonly<Record<string, unknown>>
    }
    return keyText(columns)
  } catch (cause) {
    throw new FactsError(
      'KEY_INVALID',
      `The key ${key} of the table cannot be compared with those of the facts: one of its columns has a type that PostgreSQL and Debezium write differently as JSON. Nothing was changed.`,
      { topic, cause },
    )
  }
}
