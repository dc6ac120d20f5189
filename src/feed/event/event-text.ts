import type { EventFormat } from '../select/event-format'
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

/** Statistics of the reading for an event. */
export interface ReadStats {
  /** Facts. */
  readonly read: number
  /** Size of their messages in bytes; undefined for readers that must not learn the size of hidden facts. */
  readonly bytes: number | undefined
}

export interface EventDetails {
  readonly cursor: string
  readonly stats: ReadStats
  /** Part of a snapshot. */
  readonly isSnapshot?: boolean
  /** Whether it was committed before the window in which it is sent (`order=commit`). */
  readonly isLate?: boolean
}

/** Source of CloudEvents. */
export interface CloudSource {
  readonly feed: string
}

/** An event as a stream sends it. */
export interface WrittenEvent {
  readonly id: string
  readonly name: string
  /** One line of JSON. */
  readonly text: string
}

/** Event name of a status or an error of the stream; prefixed where the other event names are the application's. */
export const ownName = (format: EventFormat, name: 'status' | 'error'): string =>
  format === 'events' ? `feed-${name}` : name

/** The event as one line of JSON; see PROTOCOL.md R1 and R47. */
export function eventText(
  event: FeedEvent,
  { cursor, stats, isSnapshot, isLate }: EventDetails,
  cloud?: CloudSource,
): string {
  const { type, time } = event
  if (cloud !== undefined) {
    const { data } = event
    const header = data['header'] as { readonly subject?: string } | undefined
    return JSON.stringify({
      specversion: '1.0',
      id: cursor,
      source: `/feeds/${cloud.feed}`,
      type: `${cloud.feed}.${type}`,
      subject: header?.subject,
      time,
      // Member of the HTTP Feeds specification.
      method: type === 'remove' ? 'DELETE' : 'PUT',
      ...(isSnapshot === true ? { snapshot: true } : {}),
      datacontenttype: 'application/json',
      data,
    })
  }
  // Concatenated, because the fact is JSON already; nothing else has to be escaped.
  const marks = `${isSnapshot === true ? ',"snapshot":true' : ''}${isLate === true ? ',"late":true' : ''}`
  const when = time === undefined ? 'null' : `"${time}"`
  return `{"type":"${type}"${marks},"data":${event.text},"txn_ts":${when},"cursor":"${cursor}","stats":${statsText(stats)}}`
}

const statsText = ({ read, bytes }: ReadStats): string =>
  bytes === undefined ? `{"read":${read}}` : `{"read":${read},"bytes":${bytes}}`

export interface StatusDetails {
  readonly cursor: string
  /** The latest commit time before the cursor, RFC 3339; undefined when there is none. */
  readonly time: string | undefined
  readonly stats: ReadStats
  /** Milliseconds spent reading; undefined for readers that must not learn how much there is to read. */
  readonly ms: number | undefined
}

/** A status of the stream as JSON. */
export function statusText(
  status: StatusName,
  { cursor, time, stats: { read, bytes }, ms }: StatusDetails,
): string {
  const stats = { read, bytes, ms: ms && Math.round(ms) }
  return JSON.stringify({ type: 'status', data: { status }, txn_ts: time ?? null, cursor, stats })
}

/** The last event of a stream that cannot continue. */
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
 * have no control characters. Other line separators in JSON are inside strings, where they can be escaped.
 *
 * A cursor comes last: some readers use it before the block has ended (@microsoft/fetch-event-source, npm eventsource 2), or
 * dispatch a truncated block (r3labs/sse), and would never get the event whose data was truncated. The number of an outbox's
 * event comes first.
 */
export function sseBlock(name: string, id: string | undefined, text: string): Buffer {
  const lines = [`event: ${name}`, `data: ${text.replace(LINE_ENDS, escaped)}`]
  if (id !== undefined && isNumber(id)) lines.unshift(`id: ${id}`)
  else if (id !== undefined) lines.push(`id: ${id}`)
  return Buffer.from(`${lines.join('\n')}\n\n`)
}

/** Whether the id is the number of an outbox's event. */
const isNumber = (id: string): boolean => /^\d+$/.test(id)

/** Control characters, U+2028 and U+2029: the standard ends a line at two of them, Python's splitlines at ten. */
const LINE_ENDS = /[\p{Cc}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Replaces the same characters where they cannot be escaped: in a name, an id. */
export const inLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')

/**
 * Advances the cursor of readers that follow the standard, which dispatch nothing without data. Others ignore it, or report
 * an empty event: so it is only sent on request (`status=false`).
 */
export const heartbeatBlock = (cursor: string): Buffer => Buffer.from(`id: ${cursor}\n\n`)
