import { createHash } from 'node:crypto'
import type { Cursor, CursorCodec } from '../cursor/cursor'
import { isBefore } from '../cursor/cursor-order'
import type { ReaderPosition } from '../cursor/reader-position'
import { Problem } from '../problem'
import type { Selection } from '../select/selection'

/** The cursors of one feed: positions of its readers as text. */
export class FeedCursors {
  /** The first bytes of a hash of the topic's name; every cursor of the feed has them, so that one of another feed is refused. */
  private readonly hash: Buffer

  constructor(
    private readonly feed: { readonly name: string; readonly topic: string },
    private readonly codec: CursorCodec,
  ) {
    this.hash = createHash('sha256').update(feed.topic).digest().subarray(0, 4)
  }

  encode(
    { identity }: Pick<Selection, 'identity'>,
    { positions, snapshot, sentUntil }: ReaderPosition,
  ): string {
    return this.codec.encode({
      feed: this.hash,
      selection: identity,
      positions,
      snapshot,
      sentUntil,
    })
  }

  /** Throws Problem when it is no cursor, or that of another feed. */
  decode(text: string): Cursor {
    const cursor = this.codec.decode(text)
    if (cursor.feed.equals(this.hash)) return cursor
    throw new Problem('cursor-of-another-feed', `This is not a cursor of ${this.feed.name}.`)
  }

  /** Whether the cursor is before the other one, or cannot be compared with it, because that has another secret. */
  isBefore(text: string, other: string): boolean {
    const cursor = this.codec.decode(text)
    try {
      return isBefore(cursor, this.codec.decode(other))
    } catch {
      return true
    }
  }
}
