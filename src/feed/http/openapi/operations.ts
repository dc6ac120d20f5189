import { z } from 'zod'
import { Acknowledgement } from '../routes/consumer-routes'
import { EVENT_PARAMETERS } from '../routes/event-routes'
import type { JsonSchema } from './json-schema'
import { ref } from './json-schema'

/** Purpose of a path, and its successful responses. */
export interface Operation {
  readonly summary: string
  /** The parameters of feed-query.ts that apply. */
  readonly takes?: 'all' | readonly string[]
  /** Overrides of their descriptions, by name. */
  readonly differing?: Readonly<Record<string, JsonSchema>>
  /** Further parameters, besides those in the path. */
  readonly parameters?: readonly JsonSchema[]
  /** Schema of the request body. */
  readonly body?: JsonSchema
  /** By status. */
  readonly answers: JsonSchema
}

const text = { schema: { type: 'string' } }
const START = {
  'Feed-Start-Cursor': { ...text, description: 'The cursor at which reading really began.' },
}
const STREAM_HEADERS = {
  ...START,
  'Feed-Problem': {
    ...text,
    description: 'The type of the problem, when nothing is streamed for now: try again.',
  },
}
const json = (schema: JsonSchema, type = 'application/json'): JsonSchema => ({ [type]: { schema } })
const header = (name: string, description: string): JsonSchema => ({
  name,
  in: 'header',
  description,
  ...text,
})
const html = { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } }

const events = {
  description: 'Events, and the cursor after everything that was read for them.',
  headers: {
    ...START,
    'Feed-Cursor': { ...text, description: 'The cursor after everything that was read.' },
    'Feed-Has-Next': { schema: { enum: ['true', 'false'] } },
    'Feed-Upstream': {
      schema: { const: 'lost' },
      description:
        'The end of the topic is unknown, because Kafka is unreachable: there may be more events.',
    },
  },
  content: {
    ...json(ref('Page')),
    ...json({ type: 'array', items: ref('CloudEvent') }, 'application/cloudevents-batch+json'),
  },
}

const page: Operation = {
  summary: 'A page of events; with timeout a long poll',
  takes: 'all',
  answers: { 200: events },
}

const stable = {
  ...text,
  description: 'Set on a full page that began at a cursor: it never changes.',
}
/** A cacheable page. */
const keptPage: Operation = {
  ...page,
  parameters: [header('If-None-Match', 'The `ETag` of a cached page.')],
  answers: {
    200: { ...events, headers: { ...events.headers, ETag: stable } },
    304: { description: 'The page is the one that If-None-Match names.' },
  },
}

const stream: Operation = {
  summary: 'Live events (Server-Sent Events)',
  takes: 'all',
  answers: {
    200: {
      description:
        'Blocks of `id` (the cursor), `event` (the type) and one line `data`, JSON as in the schema StreamEvent. With `Accept: text/event-stream` a temporary error is a stream too, empty except for `retry`, with `Feed-Problem`.',
      headers: STREAM_HEADERS,
      content: {
        'text/event-stream': { schema: { type: 'string' }, 'x-data-schema': ref('StreamEvent') },
      },
    },
    204: { description: 'Nothing to read up to `until`.', headers: START },
  },
}

const cursors: Operation = {
  summary: 'The cursors at both ends of the topic',
  takes: 'all',
  answers: { 200: { description: 'Cursors of this filter.', content: json(ref('Cursors')) } },
}

const ETAG = { ETag: { ...text, description: 'Identifies the stored cursor.' } }
const FEED = { name: 'feed', in: 'query', required: true, ...text }
const IF_MATCH = header(
  'If-Match',
  'Only when that is the stored cursor; the new one may then be before it.',
)

/** By method and address, as the server registers them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /': { summary: 'A page that follows a feed in the browser', answers: { 200: html } },
  'GET /docs': { summary: 'This description as a page', answers: { 200: html } },
  'GET /openapi.json': {
    summary: 'This description',
    answers: { 200: { description: 'OpenAPI 3.1.', content: json({ type: 'object' }) } },
  },
  'GET /feeds': {
    summary: 'The feeds',
    answers: {
      200: { description: 'The feeds that the caller may read.', content: json(ref('Feeds')) },
    },
  },
  'GET /feeds/:feed': keptPage,
  'POST /feeds/:feed': page,
  'GET /feeds/:feed/stream': stream,
  'POST /feeds/:feed/stream': stream,
  'GET /feeds/:feed/cursor': cursors,
  'POST /feeds/:feed/cursor': cursors,
  'GET /events': {
    summary: 'The events of an outbox, in commit order',
    takes: EVENT_PARAMETERS,
    differing: {
      start: {
        description: 'Where to begin; default `now`.',
        schema: { enum: ['earliest', 'now'] },
      },
      consumer: {
        description:
          'The consumer, where the header X-Consumer-Id cannot be set: one of the two is required, or a token.',
      },
    },
    answers: {
      200: {
        description:
          'Blocks of `id` (the number), `event` (the type) and one line `data` (the payload); events about the stream itself are `feed-status` and `feed-error`.',
        headers: STREAM_HEADERS,
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      204: { description: 'Nothing to read up to `until`.', headers: START },
    },
  },
  'PUT /consumers/:consumer/cursor': {
    summary: 'Acknowledges everything before a cursor',
    parameters: [IF_MATCH, header('If-None-Match', '`*`: only when nothing is stored.')],
    body: z.toJSONSchema(Acknowledgement, { io: 'input' }),
    answers: { 204: { description: 'The cursor is stored.', headers: ETAG } },
  },
  'GET /consumers/:consumer/cursor': {
    summary: 'The acknowledged cursor of the consumer',
    parameters: [FEED, header('If-None-Match', 'The `ETag` of an earlier response, or `*`.')],
    answers: {
      200: {
        description: 'The cursor that start=acknowledged begins at.',
        headers: ETAG,
        content: json(ref('Acknowledged')),
      },
      304: { description: 'The stored cursor is the one that If-None-Match names.', headers: ETAG },
    },
  },
  'DELETE /consumers/:consumer/cursor': {
    summary: 'Deletes the acknowledged cursor of the consumer',
    parameters: [FEED, IF_MATCH, header('If-None-Match', '`*`: only when nothing is stored.')],
    answers: { 204: { description: 'No cursor is stored.' } },
  },
  'GET /feeds/:feed/facts/:subject': {
    summary: 'The last fact of a subject',
    takes: 'all',
    answers: {
      200: {
        description: 'The fact as of now.',
        content: {
          ...json(ref('Document')),
          ...json(ref('CloudEvent'), 'application/cloudevents+json'),
        },
      },
    },
  },
}
