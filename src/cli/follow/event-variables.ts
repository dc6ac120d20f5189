import type { FeedEvent } from '../../client'
import { headerOf } from '../../client/feed-event'

/** The variables that describe the event to a command; the event itself is on its standard input. */
export function eventVariables({
  type,
  data,
  cursor,
  txn_ts: time,
}: FeedEvent): Record<string, string> {
  const { id, subject } = headerOf(data)
  const values = {
    FACTS_EVENT_TYPE: type,
    FACTS_EVENT_CURSOR: cursor,
    FACTS_EVENT_SUBJECT: subject,
    FACTS_EVENT_ID: id,
    FACTS_EVENT_TXN_TS: time,
  }
  const known = Object.entries(values).filter((entry): entry is [string, string] => {
    const [, value] = entry
    // An environment variable cannot contain NUL.
    return typeof value === 'string' && !value.includes('\0')
  })
  return Object.fromEntries(known)
}
