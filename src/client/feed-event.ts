import { FollowError } from './errors/follow-error'

/** An event of the feed, as the server sends it (PROTOCOL.md R1 to R4 of the server). */
export interface FeedEvent {
  /** Whether a row entered the followed set, changed inside it, or left it. */
  readonly type: 'add' | 'update' | 'remove'
  /** The fact in protobuf's canonical JSON; for `remove` only its header and key. */
  readonly data: Readonly<Record<string, unknown>>
  /** Commit time of the source transaction, RFC 3339. */
  readonly txn_ts: string | null
  /** Cursor after the event. */
  readonly cursor: string
  /** Part of the initial snapshot. */
  readonly snapshot?: boolean
  /** Facts that the server read for it. */
  readonly stats: { readonly read: number; readonly bytes?: number }
}

/** A received event. */
export interface Arrival {
  readonly event: FeedEvent
  /** Approximate length of its JSON. */
  readonly bytes: number
}

const TYPES: readonly string[] = ['add', 'update', 'remove'] satisfies FeedEvent['type'][]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Throws FEED_REFUSED for an unknown event: ignoring it would lose it. */
export function feedEvent(json: string): FeedEvent {
  const event = jsonObject(json)
  const isEvent =
    TYPES.includes(String(event?.['type'])) &&
    isObject(event?.['data']) &&
    typeof event['cursor'] === 'string'
  if (isEvent) return event as unknown as FeedEvent
  throw new FollowError(
    'FEED_REFUSED',
    `The server sent something that is not a feed event: ${json.slice(0, 200)}. Does the URL belong to another service, or is the feed newer than this follower?`,
  )
}

/** `data` of a `status` or `error` event; empty when it has none. */
export function eventData(json: string): Readonly<Record<string, unknown>> {
  const data = jsonObject(json)?.['data']
  return isObject(data) ? data : {}
}

/** Description of the event for messages. */
export function eventName({ type, data, cursor }: FeedEvent): string {
  const { id, subject } = headerOf(data)
  const fact = id === undefined ? '' : ` (fact ${id})`
  return `${type} of ${subject ?? 'an unknown subject'}${fact} at cursor ${cursor}`
}

/** The key of the row, within which order is kept. */
export const subjectOf = ({ data }: FeedEvent): string => headerOf(data).subject ?? ''

/** The granted and selected part of the header. */
export function headerOf(data: FeedEvent['data']): {
  readonly id: string | undefined
  readonly subject: string | undefined
} {
  const { id, subject } = isObject(data['header']) ? data['header'] : {}
  return {
    id: typeof id === 'string' ? id : undefined,
    subject: typeof subject === 'string' ? subject : undefined,
  }
}

function jsonObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(json) as unknown
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
