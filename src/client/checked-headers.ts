import { FollowError } from './errors/follow-error'
import type { FeedRequest } from './feed-request'

/**
 * Additional headers, unchanged. Throws CONFIG_INVALID for an invalid one, without its value: `fetch` would quote it, and it may
 * be a secret.
 */
export function checkedHeaders(
  headers: Readonly<Record<string, string>>,
  request: Pick<FeedRequest, 'headers'>,
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers)) {
    const at = value.search(/[^\t\x20-\x7e\x80-\xff]/)
    if (at !== -1) {
      throw new FollowError(
        'CONFIG_INVALID',
        `The header ${name} has at position ${at + 1} a character that no header may contain, such as a line break or one outside Latin-1. Correct its value.`,
      )
    }
    if (name.toLowerCase() === 'authorization' && 'authorization' in request.headers) {
      throw new FollowError(
        'CONFIG_INVALID',
        'A token is set, and the URL (url) has a user and password: a request has one Authorization header. Remove one of the two.',
      )
    }
  }
  return headers
}
