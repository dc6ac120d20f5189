import { FactsError } from '../errors'
import type { FeedRequest } from './feed-request'

/**
 * Headers that are sent beside those of the request, as they are. Throws CONFIG_INVALID for one that no request can have, without its
 * value: `fetch` would quote it, and it may be a secret.
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
        'There is a token, and a user and password in the address (url): a request has one Authorization. Leave one of them out.',
      )
    }
  }
  return headers
}
