type Row = Readonly<Record<string, unknown>>

/** Columns that a row has from the row that it was before its key changed, each with the change that has the value. */
export type Owed = Readonly<Record<string, string>>

/** A row as it was when it left its key. */
export interface LeftRow {
  readonly row: Row | undefined
  readonly owed: Owed
}

/**
 * Rows whose primary key changed: Debezium writes a delete of the old key and a create of the new one, at one LSN and, being
 * of two keys, perhaps in two partitions. What an update leaves out because it is TOASTed, the create lacks, too; only the
 * old row has it, and only its delete says that its value there was the last.
 */
export class MovedRows {
  /** By change: rows that have left their old key, and not arrived at the new one. */
  private readonly left = new Map<string, LeftRow>()
  /** Names a change of the key, of both its records. */
  static change(from: string, to: string, lsn: bigint): string {
    return `${from}\u0000${to}\u0000${lsn.toString()}`
  }

  /** Keeps a row for the one that has not arrived yet. */
  leave(change: string, row: LeftRow): void {
    this.left.set(change, row)
  }

  /** What left the old key, if it has. */
  arrive(change: string): LeftRow | undefined {
    const row = this.left.get(change)
    if (row !== undefined) this.left.delete(change)
    return row
  }

  /** Rows that left a key again, before what they owed to an earlier change was read. */
  settle(change: string, values: LeftRow): void {
    for (const [later, { row, owed }] of this.left) {
      const isOwed = row !== undefined && Object.values(owed).includes(change)
      if (isOwed) this.left.set(later, settled(row, owed, change, values))
    }
  }
}

/** A row with what another has of the columns that the change is to bring; and what is then still owed. */
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
