import { FactsError } from '../errors'
import { withoutCredentials } from './credentials'

/** Where a follower begins that has no position; `after` a commit time (RFC 3339). */
export type FollowStart = 'earliest' | 'now' | 'snapshot' | { readonly after: string }

export interface FeedSelection {
  /** Of the server: https://host/ or with a path before /feeds; user and password in it go into a header. */
  readonly url: string
  readonly feed: string
  /** CEL over the fact's fields. */
  readonly where?: string | undefined
  /** Updates that changed none of these fields are left out. */
  readonly changesOn?: readonly string[] | undefined
  /** Fields of `data`; the key and `header.subject` always come. */
  readonly select?: readonly string[] | undefined
  /** `m/n`: one of n disjoint parts, for as many followers, each with a position of its own. */
  readonly shard?: string | undefined
  /** Ends behind the last fact that was committed before the connection was made. */
  readonly until?: 'head' | undefined
}

export type FeedPlace =
  | { readonly cursor: string; readonly start?: undefined }
  | { readonly cursor?: undefined; readonly start: FollowStart }

export interface FeedRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Servers and what stands before them take shorter addresses than filters may be. */
const LONGEST_URL = 2_000

/** Throws CONFIG_INVALID when the address is none. */
export function feedRequest(
  { url, feed, where, changesOn, select, shard, until }: FeedSelection,
  { cursor, start }: FeedPlace,
): FeedRequest {
  const { url: address, headers: credentials } = withoutCredentials(addressOf(url, feed))
  const parameters = Object.entries({
    where,
    changes_on: changesOn?.join(','),
    select: select?.join(','),
    shard,
    until,
    // An id alone is enough here.
    status: 'false',
    ...(typeof start === 'object' ? { start_ts: start.after } : { start }),
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const headers = {
    ...credentials,
    // Who does not say that he takes problems is answered what passes like a browser, which gives up at any but 200.
    accept: 'text/event-stream, application/problem+json',
    // Compressing holds events back.
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

/** Does not quote it: it may hold a password or a token. */
function addressOf(url: string, feed: string): string {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new FactsError(
      'CONFIG_INVALID',
      'The address of the feed server (url) is none. Give one like https://host:port.',
    )
  }
  if (/[?#]/.test(url)) {
    throw new FactsError(
      'CONFIG_INVALID',
      'The address of the feed server (url) has a query or a fragment. Give it without; a token goes into a header.',
    )
  }
  return `${url.replace(/\/+$/, '')}/feeds/${encodeURIComponent(feed)}/stream`
}
