import type { ReadStats } from './event-text'
import { isCounted } from './feed-event'
import type { Image } from '../image/image'
import type { Selection } from '../select/selection'

/** What was read since the last event, as far as the reader may know of it. */
export class ReadCount {
  private read = 0
  private bytes = 0

  constructor(private readonly selection: Selection) {}

  /** A fact, and the one before it. */
  add(image: Image | undefined, previous?: Image): void {
    if (!isCounted([image, previous], this.selection)) return
    this.read += 1
    this.bytes += image?.size ?? 0
  }

  get stats(): ReadStats {
    const { read, bytes, selection } = this
    return { read, bytes: selection.isUnrestricted ? bytes : undefined }
  }

  /** The same, and counts again from there. */
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
