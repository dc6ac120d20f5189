import { FeedFollower } from './feed-follower'
import type { FollowOptions } from './follow-options'

/**
 * Follows a feed over HTTP: runs the handler for every event in order, stores the position after it, and resumes there when the
 * connection or the process has ended. Resolves when it is stopped, after the events being handled, or at the head with
 * `until: 'head'`. Network errors, 5xx and 429 are retried; rejects with FollowError CONFIG_INVALID, FEED_REFUSED,
 * CURSOR_EXPIRED, HANDLER_FAILED, POSITION_INVALID or POSITION_TAKEN when an operator has to fix something.
 */
export async function followFeed<Client = undefined>(
  options: FollowOptions<Client>,
): Promise<void> {
  return new FeedFollower(options).run()
}
