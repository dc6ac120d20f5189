import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Feed } from '../../live/feed'
import { Problem, invalidParameter } from '../../problem'
import type { FeedQuery } from './feed-query'
import { feedQuery } from './feed-query'
import type { Guard } from '../auth/guard'
import type { AnswerStream } from './asked'
import { textHeader } from './text-header'

/** The feed parameters that apply to a stream of events, whose order and content are fixed. */
export const EVENT_PARAMETERS: readonly string[] = [
  'where',
  'start',
  'start_ts',
  'cursor',
  'last_event_id',
  'lastEventId',
  'lag',
  'until',
  'status',
  'consumer',
]
/** The number of an event; every cursor is longer. */
const NUMBER = /^-?\d{1,19}$/

/** The feed whose events GET /events sends. */
export const outboxOf = (feeds: readonly Feed[]): Feed | undefined =>
  feeds.find(({ outbox }) => outbox !== undefined)

/** GET /events, when one of the feeds is an outbox; see PROTOCOL.md R62 to R67. */
export function eventRoutes(
  server: FastifyInstance,
  { feeds, guard }: { readonly feeds: readonly Feed[]; readonly guard: Guard },
  answer: AnswerStream,
): void {
  const feed = outboxOf(feeds)
  if (feed === undefined) return

  server.get('/events', (request: FastifyRequest, reply: FastifyReply) => {
    const reader = guard.callerOf(request)
    const grant = reader.grantOf(feed.name)
    if (grant === undefined) throw new Problem('not-found', 'There is no such path.')
    refuseOthers(request.query)
    const query = feedQuery(request.query, {
      format: 'events',
      lastEventId: textHeader(request, 'last-event-id'),
      consumer: textHeader(request, 'x-consumer-id'),
    })
    const consumer = guard.consumer(reader, query.consumer)
    if (consumer === undefined) {
      throw invalidParameter(
        'consumer',
        'is missing: name the consumer, in the header X-Consumer-Id or here',
      )
    }
    const selection = feed.select(query.selection, grant, consumer)
    const start = startOf(query.start)
    return answer({ feed, query: { ...query, start }, selection, reader, consumer }, request, reply)
  })
}

function refuseOthers(query: unknown): void {
  const { start, ...others } = query as Readonly<Record<string, unknown>>
  const unknown = Object.keys(others).find((name) => !EVENT_PARAMETERS.includes(name))
  if (unknown !== undefined) {
    throw invalidParameter(
      unknown.slice(0, 64),
      `is not known here. There are ${EVENT_PARAMETERS.join(', ')}`,
    )
  }
  if (start === 'snapshot' || start === 'acknowledged')
    throw invalidParameter(
      'start',
      'must be earliest or now: events have no snapshot, and consumers store the number of the last event themselves',
    )
}

const startOf = (start: FeedQuery['start']): FeedQuery['start'] =>
  start?.at === 'cursor' && NUMBER.test(start.cursor)
    ? { at: 'event', number: start.cursor }
    : start
