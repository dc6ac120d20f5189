import type { Selection } from '../select/selection'
import type { WritingFeed } from './feed-class'
import { FeedClass } from './feed-class'

/** The classes of a feed's readers at the head, each while it has members. */
export class FeedClasses {
  private readonly classes = new Map<string, FeedClass>()

  constructor(private readonly feed: WritingFeed) {}

  /** The class of readers that get the same bytes. */
  of(selection: Selection): FeedClass {
    const { className } = selection
    const found = this.classes.get(className)
    if (found !== undefined) return found
    const made = new FeedClass(this.feed, selection, () => this.classes.delete(className))
    this.classes.set(className, made)
    return made
  }
}
