import type { FeedEvent } from '../event/feed-event'
import type { Filter } from '../filter/filter'
import { filterOf } from '../filter/filter'
import type { WrittenEvent } from '../event/event-text'
import { inLine } from '../event/event-text'

/** Fields of a fact that is an event of an outbox, by JSON name. Its number is the record's key. See PROTOCOL.md R62. */
export interface OutboxFields {
  readonly type: string
  /** JSON text. */
  readonly payload: string
  /** Absent of an event for everybody. */
  readonly subscriber: string
  /** Number of the event that this one changes; absent of others. */
  readonly patchOf: string
}

/** Whether the event is for everybody, or for this consumer. */
export function addressedTo(consumer: string | undefined, { subscriber }: OutboxFields): Filter {
  return filterOf(({ json }) => json[subscriber] === undefined || json[subscriber] === consumer)
}

/** Consumers are many, and each is told the same. */
const kept = new WeakMap<FeedEvent['data'], WrittenEvent>()

/** An event of the outbox as a stream of events tells it. */
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

/** Names that EventSource dispatches events of its own by, and the beginning of those that are told of the stream. */
const TAKEN = /^(open|message|error)?$|^feed-|^type=/
const MARK = 'type='

/** Types that would be taken for something else have a mark in front, as have those that begin with it: no two are the same. */
const eventName = (type: string): string => {
  const name = inLine(type)
  return TAKEN.test(name) ? MARK + name : name
}

/**
 * JSON text without white space between its tokens, which are left as they are: parsing would round large numbers. No line
 * break is left over, whatever the text is. Each match is bounded, so that the time is linear.
 */
function oneLine(json: string): string {
  let isInside = false
  return json.replace(/\\[^\r\n]|"|\s+/g, (found) => {
    if (found === '"') isInside = !isInside
    if (found === '"' || found.startsWith('\\')) return found
    return isInside ? found.replace(/[\r\n]+/g, '') : ''
  })
}
