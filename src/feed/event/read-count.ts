import type { ReadStats } from './event-text'
import { isCounted } from './feed-event'
import type { Image } from '../image/image'
import type { Selection } from '../select/selection'

/** Counts the facts read since the last event, limited to those the reader may see. */
export class ReadCount {
  private read = 0
  private bytes = 0

  constructor(private readonly selection: Selection) {}

  /** Counts a fact with its predecessor. */
  add(image: Image | undefined, previous?: Image): void {
    if (!isCounted([image, previous], this.selection)) return
    this.read += 1
    this.bytes += image?.size ?? 0
  }

  get stats(): ReadStats {
    const { read, bytes, selection } = this
    return { read, bytes: selection.isUnrestricted ? bytes : undefined }
  }

  /** Returns the statistics and resets them. */
  take(): ReadStats {
    const { stats } = this
    this.clear()
    return stats
  }

  clear(): void {
    this.read = 0
    this.bytes = 0
  }
}
