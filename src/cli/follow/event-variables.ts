import type { FeedEvent } from '../../client'
import { headerOf } from '../../client/feed-event'

/** What a command is told of its event in its environment; the rest is on its standard input. */
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
    // No environment can have a NUL.
    return typeof value === 'string' && !value.includes('\0')
  })
  return Object.fromEntries(known)
}
