import type { Random } from './random'

export interface Moment {
  readonly lsn: number
  readonly transactionId: number
  readonly order: number
  readonly committedAt: number
}

/** 2025-06-01T00:00:00Z in microseconds. */
const START = 1_748_736_000_000_000
const FIRST_LSN = 26_431_880
const FIRST_TRANSACTION = 1_042
/** Changes of one transaction, at most. */
const LARGEST = 3

/** WAL positions, transactions and commit times as a busy database has them: about 13,000 changes a second. */
export class SourceClock {
  private transactionId = FIRST_TRANSACTION
  private order = 0
  private size = 0
  private committedAt = START

  /** Positions begin at `lsn`; later changes of a row need later ones, or they are taken for repetitions. */
  constructor(
    private readonly random: Random,
    private lsn = FIRST_LSN,
  ) {}

  /** Position of the next change; `now` replaces the made-up commit time. */
  next(now?: number): Moment {
    if (this.order === this.size) {
      this.order = 0
      this.size = 1 + this.random.below(LARGEST)
      this.transactionId += 1
      this.committedAt += 60 + this.random.below(180)
      this.lsn += 56
    }
    this.order += 1
    this.lsn += 264 + 8 * this.random.below(40)
    const { lsn, transactionId, order, committedAt } = this
    return { lsn, transactionId, order, committedAt: now ?? committedAt }
  }
}
