/** The changes of a source transaction in one table: by the END record, and arrived. */
export interface Mismatch {
  /** PostgreSQL's transaction id. */
  readonly transaction: string
  /** `schema.table` */
  readonly table: string
  /** Number by the END record; null when there is none, although another transaction has begun since. */
  readonly expected: number | null
  /** Distinct changes that arrived. */
  readonly arrived: number
}

export type Judgement =
  | { readonly kind: 'complete'; readonly transaction: string; readonly changes: number }
  | { readonly kind: 'incomplete'; readonly mismatches: readonly Mismatch[] }

interface Open {
  readonly arrived: Map<string, NumberSet>
  hasBegun: boolean
  /** Whether another transaction has begun since, so that the END record should have arrived. */
  isPast: boolean
  expected: ReadonlyMap<string, number> | undefined
}

/**
 * Compares the arrived changes of each source transaction with its END record (Debezium's `provide.transaction.metadata`):
 * rows carry their order in the transaction, so a redelivered one counts once, and a missing one is detected. Transactions
 * whose BEGIN was not seen are ignored.
 */
export class Completeness {
  private readonly open = new Map<string, Open>()

  /** `tables` are those whose rows are read, as `schema.table`; others are ignored. */
  constructor(private readonly tables: ReadonlySet<string>) {}

  /** Transactions that have begun and were not judged. */
  get size(): number {
    return this.open.size
  }

  /** Whether transactions have ended whose rows have not all arrived. */
  get isWaiting(): boolean {
    for (const { expected, isPast } of this.open.values()) {
      if (expected !== undefined || isPast) return true
    }
    return false
  }

  begin(transaction: string): void {
    // Transactions arrive one after the other; a redelivered one starts over.
    for (const open of this.open.values()) {
      if (open.hasBegun && open.expected === undefined) open.isPast = true
    }
    const open = this.of(transaction)
    open.hasBegun = true
    open.isPast = false
  }

  /** `order` counts the changes of this table within the transaction, from 1. */
  row(transaction: string, table: string, order: number): void {
    const { arrived } = this.of(transaction)
    const orders = arrived.get(table) ?? new NumberSet()
    arrived.set(table, orders)
    orders.add(order)
  }

  end(transaction: string, counts: ReadonlyMap<string, number>): void {
    const open = this.open.get(transaction)
    // It began before the reading: part of it was not seen.
    if (open?.hasBegun !== true) this.open.delete(transaction)
    else open.expected = new Map([...counts].filter(([table]) => this.tables.has(table)))
  }

  /** Judges the complete transactions, and with `all` also the others that have ended. */
  judge(all: boolean): readonly Judgement[] {
    const judgements: Judgement[] = []
    for (const [transaction, { expected, arrived, isPast }] of this.open) {
      if (expected === undefined) {
        if (!isPast || !all) continue
        this.open.delete(transaction)
        const torn = [...arrived].map(([table, { count }]) => ({
          transaction,
          table,
          expected: null,
          arrived: count,
        }))
        if (torn.length > 0) judgements.push({ kind: 'incomplete', mismatches: torn })
        continue
      }
      const names = new Set([...expected.keys(), ...arrived.keys()])
      const counts = [...names].map((table) => ({
        transaction,
        table,
        expected: expected.get(table) ?? 0,
        arrived: arrived.get(table)?.count ?? 0,
      }))
      const mismatches = counts.filter((one) => one.expected !== one.arrived)
      if (mismatches.length > 0 && !all) continue
      this.open.delete(transaction)
      const changes = counts.reduce((sum, one) => sum + one.arrived, 0)
      judgements.push(
        mismatches.length > 0
          ? { kind: 'incomplete', mismatches }
          : { kind: 'complete', transaction, changes },
      )
    }
    return judgements
  }

  /** Rows may be read before the BEGIN record, which is on another topic. */
  private of(transaction: string): Open {
    const known = this.open.get(transaction)
    if (known !== undefined) return known
    const open = {
      arrived: new Map<string, NumberSet>(),
      hasBegun: false,
      isPast: false,
      expected: undefined,
    }
    this.open.set(transaction, open)
    return open
  }
}

/** A set of small numbers, a bit each: a transaction of a million rows takes 125 kB. */
class NumberSet {
  count = 0
  private bits = Buffer.alloc(16)

  add(order: number): void {
    const at = order >>> 3
    if (at >= this.bits.length) {
      const larger = Buffer.alloc(Math.max(at + 1, this.bits.length * 2))
      this.bits.copy(larger)
      this.bits = larger
    }
    const byte = this.bits[at] ?? 0
    const bit = 1 << (order & 7)
    if ((byte & bit) !== 0) return
    this.bits[at] = byte | bit
    this.count += 1
  }
}
