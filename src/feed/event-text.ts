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

export interface EventPlace {
  readonly cursor: string
  /** Facts that were read for it. */
  readonly read: number
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
  { cursor, read, isSnapshot, isLate }: EventPlace,
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
  return `{"type":"${type}"${marks},"data":${told.text},"txn_ts":${when},"cursor":"${cursor}","stats":{"read":${read}}}`
}

/** What is told of the stream itself. */
export function statusText(status: StatusName, { cursor, read }: EventPlace): string {
  return withPlace({ type: 'status', data: { status }, txn_ts: null }, cursor, read)
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

const withPlace = (event: object, cursor: string, read: number): string =>
  JSON.stringify({ ...event, cursor, stats: { read } })

/**
 * A block of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). JSON has no line breaks and
 * cursors are base64url, so nothing has to be escaped.
 */
export function sseBlock(name: string, id: string | undefined, text: string): Buffer {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return Buffer.from(`${idLine}event: ${name}\ndata: ${text}\n\n`)
}

/** Moves the reader's cursor; without data the browser dispatches nothing. */
export const heartbeatBlock = (cursor: string): Buffer => Buffer.from(`id: ${cursor}\n\n`)
