import { FeedFollower } from './feed-follower'
import type { FollowOptions } from './follow-options'

/**
 * Follows a feed over HTTP: runs the handler for every event in order, keeps the position behind it, and goes on there after
 * whatever ends the connection or the process. Resolves when it was asked to stop, after the event in hand, or at the head
 * with `until: 'head'`. Network trouble, 5xx and 429 are waited out; rejects with FactsError FEED_REFUSED, CURSOR_EXPIRED,
 * HANDLER_FAILED, POSITION_INVALID or POSITION_TAKEN when somebody has to mend something.
 */
export function followFeed<Client = undefined>(options: FollowOptions<Client>): Promise<void> {
  return new FeedFollower(options).run()
}
