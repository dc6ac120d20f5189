import type { DebeziumChange } from './debezium'

/** Microseconds: times count from here, a millisecond per transaction, so that runs repeat to the byte. */
const BEGINNING = 1_767_225_600_000_000n

/** Assigns positions as a database would: increasing LSNs, transactions, and the order within them. */
export class SourceClock {
  private lsn = 1_000n
  private transaction = 500n
  /** Order of the next change in the transaction that is open; 0 when none is. */
  private nextOrder = 0

  begin(): void {
    this.transaction += 1n
    this.nextOrder = 1
  }

  end(): void {
    this.nextOrder = 0
  }

  /** Outside a transaction a change has its own. */
  next(): Pick<DebeziumChange, 'lsn' | 'committedAt'> & {
    readonly transaction: NonNullable<DebeziumChange['transaction']>
  } {
    this.lsn += 8n
    if (this.nextOrder === 0) this.transaction += 1n
    const order = this.nextOrder === 0 ? 1 : this.nextOrder++
    return {
      lsn: this.lsn,
      transaction: { id: this.transaction, order },
      committedAt: BEGINNING + this.transaction * 1_000n,
    }
  }
}
