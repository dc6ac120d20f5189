import type { Cursor } from '../cursor/cursor'
import { keptCheck } from '../cursor/packed-positions'
import type { Positions } from '../cursor/position'
import { notBeyond } from '../cursor/position'
import type { ReaderPosition } from '../cursor/reader-position'
import { Problem } from '../problem'
import type { Selection } from '../select/selection'
import type { FeedCursors } from './feed-cursors'
import type { Hub } from './hub'

/** Which cursors a feed can be resumed at: those of its own history, whose facts are retained. */
export class Resumption {
  constructor(
    private readonly hub: Hub,
    private readonly cursors: FeedCursors,
  ) {}

  /** The position of a cursor. Throws Problem when it cannot be resumed; see PROTOCOL.md R21 to R26. */
  async resume(text: string, selection: Selection): Promise<ReaderPosition> {
    const cursor = this.cursors.decode(text)
    if (!cursor.selection.equals(selection.identity)) {
      throw new Problem(
        'cursor-of-another-filter',
        'The cursor belongs to another where or changes_on. Use the same ones as in the request that returned it, or begin again.',
      )
    }
    await this.check(cursor, selection)
    const { positions, snapshot, sentUntil } = cursor
    return { positions: notBeyond(positions, this.hub.positions), snapshot, sentUntil }
  }

  /** Checks a cursor with any filter. Throws Problem as `resume` does. */
  async refuseForeign(text: string): Promise<void> {
    const cursor = this.cursors.decode(text)
    await this.check(cursor, { identity: cursor.selection })
  }

  /** Positions before the first retained fact. */
  earliest(): Positions {
    return this.hub.history.store.lowest().map(({ offset }) => ({ next: offset, check: 0 }))
  }

  /** Throws Problem `cursor-expired` when facts after the positions are no longer retained. */
  refuseExpired(positions: Positions, selection: Pick<Selection, 'identity'>): void {
    const lowest = this.hub.history.store.lowest()
    if (positions.every(({ next }, partition) => next >= (lowest[partition]?.offset ?? 0n))) return
    throw this.expired(
      'Facts after this cursor are no longer retained. Begin at "earliest", or with a snapshot.',
      selection,
    )
  }

  expired(detail: string, selection: Pick<Selection, 'identity'>): Problem {
    const earliest = this.cursors.encode(selection, { positions: this.earliest() })
    return new Problem('cursor-expired', detail, { earliest })
  }

  private async check(
    { positions }: Cursor,
    selection: Pick<Selection, 'identity'>,
  ): Promise<void> {
    await this.hub.opening.served()
    if (this.isOfAnother(positions)) throw anotherHistory()
    // After the last fact there may be transaction markers, and a server that began after them is there.
    const isBeyond = (): boolean => {
      const seen = this.hub.history.store.seen()
      return positions.some(({ next }, partition) => {
        const here = this.hub.positions[partition]?.next ?? 0n
        return next > here && next > (seen[partition] ?? 0n)
      })
    }
    if (isBeyond()) await this.hub.head()
    // Committed facts are not withdrawn: the cursor is from another topic, read by this server or one with the same secret.
    if (isBeyond() || this.isOfAnother(positions)) throw anotherHistory()
    this.refuseExpired(positions, selection)
  }

  /** Whether the store's facts differ from those before the positions. */
  private isOfAnother(positions: Positions): boolean {
    const { store } = this.hub.history
    const lowest = store.lowest()
    if (positions.length !== lowest.length) return true
    return positions.some(({ next, check }, partition) => {
      const low = lowest[partition]?.offset ?? 0n
      const end = this.hub.positions[partition]?.next ?? 0n
      // Undecidable after what was read so far, and before what is retained.
      if (check === 0 || next > end || next <= low) return false
      const last = store.rowBefore(partition, next)
      if (last === undefined || last.offset < low) return low === 0n
      return keptCheck(last.check, positions) !== keptCheck(check, positions)
    })
  }
}

const anotherHistory = (): Problem =>
  new Problem(
    'cursor-of-another-history',
    'The cursor follows facts that this feed does not have: its topic was recreated, or is another one. Begin again, at "earliest" or with a snapshot.',
  )
