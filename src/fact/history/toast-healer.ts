import { FactsError } from '../../errors'
import type { ProcessorContext } from '../../topology/processor'
import type { ToastPolicies } from '../declare/toast-policy'
import type { Row, RowChange } from './row-change'

/** A row with the known values that its change lacks, and the columns that are unavailable. */
export interface Healed {
  readonly row: Row | null
  readonly unavailable: readonly string[]
}

const NONE: readonly string[] = []

/** Completes changes that lack unchanged TOASTed values from the last row known. */
export class ToastHealer {
  constructor(
    private readonly policies: ToastPolicies,
    /** Values that facts show for unavailable columns, where that is not null. */
    private readonly substitutes: Row = {},
  ) {}

  /**
   * The row after the change. `lastRow` reads the last row known and is called only when a value is missing. Throws
   * VALUE_UNAVAILABLE where the column's policy is `reject` and there is no value to take.
   */
  heal(change: RowChange, lastRow: () => Row | undefined, context: ProcessorContext): Healed {
    const { after, unavailable } = change
    if (after === null || unavailable.length === 0) return { row: after, unavailable: NONE }
    const last = lastRow()
    const row: Record<string, unknown> = { ...after }
    const lacking: string[] = []
    for (const column of unavailable) {
      const policy = this.policies[column] ?? 'heal'
      const value = last?.[column] ?? null
      if (value === null) {
        if (policy === 'reject') throw lacks(change, column)
        // Not known, even where facts show a substitute: the next change must not take that for the value.
        row[column] = null
        lacking.push(column)
      } else {
        row[column] = value
        if (policy === 'absent') lacking.push(column)
        else context.note('value_healed')
      }
    }
    return { row, unavailable: lacking }
  }

  /** The row as facts may show it. */
  shown({ row, unavailable }: Healed): Row | null {
    if (row === null || unavailable.length === 0) return row
    const hidden = unavailable.map((column) => [column, this.substitutes[column] ?? null])
    return { ...row, ...(Object.fromEntries(hidden) as Row) }
  }
}

function lacks({ key }: RowChange, column: string): FactsError {
  return new FactsError(
    'VALUE_UNAVAILABLE',
    `The change lacks the unchanged value of ${column}, and no earlier change of the row is known to take it from. Update the column in the source database, or take a new snapshot of the row.`,
    { key: JSON.stringify(Object.values(key).map(String)) },
  )
}
