import { FactsError } from '../errors'
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
      throw new FactsError(
        'CONFIG_INVALID',
        `The header ${name} has a character at position ${at + 1} that no header may have, as a line break or one outside of Latin-1. Correct what it is made of.`,
      )
    }
    if (name.toLowerCase() === 'authorization' && 'authorization' in request.headers) {
      throw new FactsError(
        'CONFIG_INVALID',
        'There are both a token and a user and password in the URL (url): a request has one Authorization header. Remove one of them.',
      )
    }
  }
  return headers
}
