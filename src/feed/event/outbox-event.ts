import type { OutboxFields } from '../../fact/declare/outbox-fields'
import type { FeedEvent } from './feed-event'
import { inLine } from './event-text'
import type { WrittenEvent } from './event-text'

/** Cached, because every consumer gets the same. */
const kept = new WeakMap<FeedEvent['data'], WrittenEvent>()

/** An event of the outbox as `GET /events` sends it. */
export function outboxEvent({ data }: FeedEvent, fields: OutboxFields): WrittenEvent {
  const written = kept.get(data) ?? write(data, fields)
  kept.set(data, written)
  return written
}

function write(data: FeedEvent['data'], fields: OutboxFields): WrittenEvent {
  const { subject } = data['header'] as { readonly subject?: string }
  const payload = oneLine(textOf(data[fields.payload])) || 'null'
  const patchOf = data[fields.patchOf]
  return {
    id: inLine(textOf(subject)),
    name: eventName(textOf(data[fields.type])),
    text:
      patchOf === undefined
        ? payload
        : `{"patch_of":${JSON.stringify(patchOf)},"payload":${payload}}`,
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Names of EventSource's own events, and the prefix of events about the stream itself. */
const TAKEN = /^(open|message|error)?$|^feed-|^type=/
const MARK = 'type='

/** Reserved types get the prefix `type=`, as do those that begin with it, so that names stay unique. */
const eventName = (type: string): string => {
  const name = inLine(type)
  return TAKEN.test(name) ? MARK + name : name
}

/**
 * JSON text without white space between its tokens, which are unchanged: parsing would round large numbers. The result has no
 * line break, even if the text is not JSON. Each match is bounded, so that the time is linear.
 */
function oneLine(json: string): string {
  let isInside = false
  return json.replace(/\\[^\r\n]|"|\s+/g, (found) => {
    if (found === '"') isInside = !isInside
    if (found === '"' || found.startsWith('\\')) return found
    return isInside ? found.replace(/[\r\n]+/g, '') : ''
  })
}
