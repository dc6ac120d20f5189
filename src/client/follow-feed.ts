import { FeedFollower } from './feed-follower'
import type { FollowOptions } from './follow-options'

/**
 * Follows a feed over HTTP: runs the handler for every event in order, keeps the position after it, and resumes there when the
 * connection or the process has ended. Resolves when it was asked to stop, after the events in hand, or at the head with
 * `until: 'head'`. Network trouble, 5xx and 429 are waited out; rejects with FactsError CONFIG_INVALID, FEED_REFUSED,
 * CURSOR_EXPIRED, HANDLER_FAILED, POSITION_INVALID or POSITION_TAKEN when a person has to fix something.
 */
export async function followFeed<Client = undefined>(
  options: FollowOptions<Client>,
): Promise<void> {
  return new FeedFollower(options).run()
}
