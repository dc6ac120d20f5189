import { FollowError } from './errors/follow-error'
import { withoutCredentials } from './credentials'

/** Where a follower without a stored position begins; `after` is a commit time (RFC 3339). */
export type FollowStart = 'earliest' | 'now' | 'snapshot' | { readonly after: string }

export interface FeedSelection {
  /** URL of the server: https://host/ or with a path before /feeds; user and password in it are sent in a header. */
  readonly url: string
  readonly feed: string
  /** CEL over the fact's fields. */
  readonly where?: string | undefined
  /** Updates that changed none of these fields are omitted. */
  readonly changesOn?: readonly string[] | undefined
  /** Fields of `data`; the key and `header.subject` are always included. */
  readonly select?: readonly string[] | undefined
  /** `m/n`: one of n disjoint parts, for n followers with separate positions. */
  readonly shard?: string | undefined
  /** Ends after the last fact that was committed before the connection was opened. */
  readonly until?: 'head' | undefined
}

export type FeedStart =
  | { readonly cursor: string; readonly start?: undefined }
  | { readonly cursor?: undefined; readonly start: FollowStart }

export interface FeedRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Longest URL for GET: servers and proxies accept shorter URLs than filters may need. */
const LONGEST_URL = 2_000

/** Throws CONFIG_INVALID for an invalid URL. */
export function feedRequest(
  { url, feed, where, changesOn, select, shard, until }: FeedSelection,
  { cursor, start }: FeedStart,
): FeedRequest {
  const { url: address, headers: credentials } = withoutCredentials(addressOf(url, feed))
  const parameters = Object.entries({
    where,
    changes_on: changesOn?.join(','),
    select: select?.join(','),
    shard,
    until,
    // Heartbeats without data are sufficient here.
    status: 'false',
    ...(typeof start === 'object' ? { start_ts: start.after } : { start }),
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const headers = {
    ...credentials,
    // Without this, temporary errors are answered with 200, as for browsers, which give up at any other status.
    accept: 'text/event-stream, application/problem+json',
    // Compression would delay events.
    'accept-encoding': 'identity',
    ...(cursor === undefined ? {} : { 'last-event-id': cursor }),
  }
  const query = new URLSearchParams(parameters).toString()
  if (address.length + query.length < LONGEST_URL) {
    return { url: query === '' ? address : `${address}?${query}`, method: 'GET', headers }
  }
  return {
    url: address,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(parameters)),
  }
}

/** Errors do not quote the URL: it may contain a password or a token. */
function addressOf(url: string, feed: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new FollowError(
      'CONFIG_INVALID',
      'The URL of the feed server (url) is invalid. Set one like https://host:port.',
    )
  }
  if (/[?#]/.test(url)) {
    throw new FollowError(
      'CONFIG_INVALID',
      'The URL of the feed server (url) has a query or a fragment. Remove it; a token is sent in a header.',
    )
  }
  return `${url.replace(/\/+$/, '')}/feeds/${encodeURIComponent(feed)}/stream`
}
