type Row = Readonly<Record<string, unknown>>

/** Columns whose values a row takes over from its former key, each with the change that has the value. */
export type Owed = Readonly<Record<string, string>>

/** A row when it left its key. */
export interface LeftRow {
  readonly row: Row | undefined
  readonly owed: Owed
}

/**
 * Rows whose primary key changed: Debezium writes a delete of the old key and a create of the new one, at one LSN and, with
 * two keys, possibly in two partitions. The create lacks unchanged TOASTed values like any update; only the old row has
 * them, and only its delete shows that its value was the last.
 */
export class MovedRows {
  /** By change: rows that have left their old key and not yet arrived at the new one. */
  private readonly left = new Map<string, LeftRow>()
  /** The id of a key change, shared by both its records. */
  static change(from: string, to: string, lsn: bigint): string {
    return `${from}\u0000${to}\u0000${lsn.toString()}`
  }

  /** Keeps a row for the one that has not arrived yet. */
  leave(change: string, row: LeftRow): void {
    this.left.set(change, row)
  }

  /** The row that has left the old key; undefined when it has not. */
  arrive(change: string): LeftRow | undefined {
    const row = this.left.get(change)
    if (row !== undefined) this.left.delete(change)
    return row
  }

  /** Rows that left a key again, before the values of an earlier change were read. */
  settle(change: string, values: LeftRow): void {
    for (const [later, { row, owed }] of this.left) {
      const isOwed = row !== undefined && Object.values(owed).includes(change)
      if (isOwed) this.left.set(later, settled(row, owed, change, values))
    }
  }
}

/** A row completed with the columns that the change provides, and the columns that are still missing. */
export function settled(row: Row, owed: Owed, change: string, left: LeftRow): LeftRow {
  const values: Record<string, unknown> = { ...row }
  const still: Record<string, string> = {}
  for (const [column, from] of Object.entries(owed)) {
    if (from !== change) {
      still[column] = from
      continue
    }
    if (left.row !== undefined) values[column] = left.row[column]
    const earlier = left.owed[column]
    if (earlier !== undefined) still[column] = earlier
  }
  return { row: values, owed: still }
}
