import type { FeedEvent } from './feed-event'

export type StatusName =
  | 'live'
  | 'snapshot-end'
  | 'end'
  | 'upstream-lost'
  | 'upstream-restored'
  | 'closing'
  | 'heartbeat'
  | 'window-end'

/** What was read for an event. */
export interface ReadStats {
  /** Facts. */
  readonly read: number
  /** Of their messages; undefined for whom must not learn how large is what he may not see. */
  readonly bytes: number | undefined
}

export interface EventPlace {
  readonly cursor: string
  readonly stats: ReadStats
  /** Part of a snapshot. */
  readonly isSnapshot?: boolean
  /** Committed before what was told already, in the order of commits. */
  readonly isLate?: boolean
}

/** Whose CloudEvents they are. */
export interface CloudSource {
  readonly feed: string
}

/** How events are written: our own form, CloudEvents 1.0 in JSON, or those of an outbox as they are. */
export type EventFormat = 'facts' | 'cloudevents' | 'events'

/** An event as a stream tells it. */
export interface WrittenEvent {
  readonly id: string
  readonly name: string
  /** One line of JSON. */
  readonly text: string
}

/** The name of what is told of the stream itself. Where names are the application's, ours must not be among them. */
export const ownName = (format: EventFormat, name: 'status' | 'error'): string =>
  format === 'events' ? `feed-${name}` : name

/** The event as one line of JSON; see PROTOCOL.md R1 and R47. */
export function eventText(
  told: FeedEvent,
  { cursor, stats, isSnapshot, isLate }: EventPlace,
  cloud?: CloudSource,
): string {
  const { type, time } = told
  if (cloud !== undefined) {
    const { data } = told
    const header = data['header'] as { readonly subject?: string } | undefined
    return JSON.stringify({
      specversion: '1.0',
      id: cursor,
      source: `/feeds/${cloud.feed}`,
      type: `${cloud.feed}.${type}`,
      subject: header?.subject,
      time,
      // Of the HTTP Feeds specification.
      method: type === 'remove' ? 'DELETE' : 'PUT',
      ...(isSnapshot === true ? { snapshot: true } : {}),
      datacontenttype: 'application/json',
      data,
    })
  }
  // By hand, because the fact is JSON already; nothing in the rest has to be escaped.
  const marks = `${isSnapshot === true ? ',"snapshot":true' : ''}${isLate === true ? ',"late":true' : ''}`
  const when = time === undefined ? 'null' : `"${time}"`
  return `{"type":"${type}"${marks},"data":${told.text},"txn_ts":${when},"cursor":"${cursor}","stats":${statsText(stats)}}`
}

const statsText = ({ read, bytes }: ReadStats): string =>
  bytes === undefined ? `{"read":${read}}` : `{"read":${read},"bytes":${bytes}}`

export interface StatusPlace {
  readonly cursor: string
  /** The latest commit time before the cursor, RFC 3339; undefined when there is none. */
  readonly time: string | undefined
  readonly stats: ReadStats
  /** Milliseconds that were spent on reading; undefined for whom must not learn how much there is to read. */
  readonly ms: number | undefined
}

/** What is told of the stream itself. */
export function statusText(
  status: StatusName,
  { cursor, time, stats: { read, bytes }, ms }: StatusPlace,
): string {
  const stats = { read, bytes, ms: ms && Math.round(ms) }
  return JSON.stringify({ type: 'status', data: { status }, txn_ts: time ?? null, cursor, stats })
}

/** The last event of a stream that cannot go on. */
export function errorText(problem: object): string {
  return JSON.stringify({
    type: 'error',
    data: problem,
    txn_ts: null,
    cursor: null,
    stats: { read: 0 },
  })
}

/**
 * A block of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). Cursors are base64url; names
 * have no control characters. What is left in JSON that some reader ends a line at is in strings, where it can be escaped.
 *
 * A cursor comes last: some readers take it before the block has ended (@microsoft/fetch-event-source, npm eventsource 2), or give
 * out a block that was cut off (r3labs/sse), and would never get the event whose data was cut. The number of an outbox's event
 * comes first.
 */
export function sseBlock(name: string, id: string | undefined, text: string): Buffer {
  const lines = [`event: ${name}`, `data: ${text.replace(LINE_ENDS, escaped)}`]
  if (id !== undefined && isNumber(id)) lines.unshift(`id: ${id}`)
  else if (id !== undefined) lines.push(`id: ${id}`)
  return Buffer.from(`${lines.join('\n')}\n\n`)
}

/** Of an outbox's event. */
const isNumber = (id: string): boolean => /^\d+$/.test(id)

/** Control characters, U+2028 and U+2029: the standard ends a line at two of them, Python's splitlines at ten. */
const LINE_ENDS = /[\p{Cc}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The same characters where nothing can be escaped: a name, an id. */
export const inLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')

/**
 * Moves the cursor of readers that keep to the standard, which dispatch nothing without data. Others pass over it, or take it
 * for an empty event: so it is for those who ask for it.
 */
export const heartbeatBlock = (cursor: string): Buffer => Buffer.from(`id: ${cursor}\n\n`)
