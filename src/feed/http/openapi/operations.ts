import { z } from 'zod'
import { Acknowledgement } from '../routes/consumer-routes'
import { EVENT_PARAMETERS } from '../routes/event-routes'
import type { JsonSchema } from './json-schema'
import { ref } from './json-schema'

/** What an address is for, and what it answers when all is well. */
export interface Operation {
  readonly summary: string
  /** Which parameters of feed-query.ts it takes. */
  readonly takes?: 'all' | readonly string[]
  /** What differs of some of them from the same ones elsewhere, by name. */
  readonly differing?: Readonly<Record<string, JsonSchema>>
  /** Others, beside those in the address. */
  readonly parameters?: readonly JsonSchema[]
  /** What is sent with it. */
  readonly body?: JsonSchema
  /** By status. */
  readonly answers: JsonSchema
}

const text = { schema: { type: 'string' } }
const START = { 'Feed-Start-Cursor': { ...text, description: 'Where the reading really began.' } }
const STREAM_HEADERS = {
  ...START,
  'Feed-Problem': {
    ...text,
    description: 'The type of the problem, when nothing is streamed for now: ask again.',
  },
}
const json = (schema: JsonSchema, type = 'application/json'): JsonSchema => ({ [type]: { schema } })
const header = (name: string, description: string): JsonSchema => ({
  ...{ name, in: 'header', description },
  ...text,
})
const html = { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } }

const events = {
  description: 'Events, and the cursor behind everything that was read for them.',
  headers: {
    ...START,
    'Feed-Cursor': { ...text, description: 'Behind everything that was read.' },
    'Feed-Has-Next': { schema: { enum: ['true', 'false'] } },
    'Feed-Upstream': {
      schema: { const: 'lost' },
      description: 'The log could not be asked for its end: there may be more.',
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

const stable = { ...text, description: 'Of a full page that a cursor began: it never changes.' }
/** A page that may be kept. */
const keptPage: Operation = {
  ...page,
  parameters: [header('If-None-Match', 'The `ETag` of a page that was kept.')],
  answers: {
    200: { ...events, headers: { ...events.headers, ETag: stable } },
    304: { description: 'The page is the one that If-None-Match names.' },
  },
}

const stream: Operation = {
  summary: 'Events as they come (Server-Sent Events)',
  takes: 'all',
  answers: {
    200: {
      description:
        'Blocks of `id` (the cursor), `event` (the type) and one line `data`, JSON as in the schema StreamEvent. With `Accept: text/event-stream` a refusal that passes is a stream too, empty but for `retry`, with `Feed-Problem`.',
      headers: STREAM_HEADERS,
      content: {
        'text/event-stream': { schema: { type: 'string' }, 'x-data-schema': ref('StreamEvent') },
      },
    },
    204: { description: 'Nothing to read up to `until`.', headers: START },
  },
}

const cursors: Operation = {
  summary: 'The cursors at both ends',
  takes: 'all',
  answers: { 200: { description: 'Of this filter.', content: json(ref('Cursors')) } },
}

const ETAG = { ETag: { ...text, description: 'Of what is kept.' } }
const FEED = { ...{ name: 'feed', in: 'query', required: true }, ...text }
const IF_MATCH = header('If-Match', 'Only when that is what is kept; it may then go back.')

/** By method and address, as the server registers them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /': { summary: 'A page that follows a feed in the browser', answers: { 200: html } },
  'GET /docs': { summary: 'This description, to be read', answers: { 200: html } },
  'GET /openapi.json': {
    summary: 'This description',
    answers: { 200: { description: 'OpenAPI 3.1.', content: json({ type: 'object' }) } },
  },
  'GET /feeds': {
    summary: 'The feeds',
    answers: { 200: { description: 'Those that you may read.', content: json(ref('Feeds')) } },
  },
  'GET /feeds/:feed': keptPage,
  'POST /feeds/:feed': page,
  'GET /feeds/:feed/stream': stream,
  'POST /feeds/:feed/stream': stream,
  'GET /feeds/:feed/cursor': cursors,
  'POST /feeds/:feed/cursor': cursors,
  'GET /events': {
    summary: 'The events of an outbox as they are, in the order of their commits',
    takes: EVENT_PARAMETERS,
    differing: {
      start: {
        description: 'Where to begin: at `now` unless told otherwise.',
        schema: { enum: ['earliest', 'now'] },
      },
      consumer: {
        description:
          'Who reads, where the header X-Consumer-Id cannot be set: one of the two is needed, or a token.',
      },
    },
    answers: {
      200: {
        description:
          'Blocks of `id` (the number), `event` (the type) and one line `data` (the payload); what is told of the stream itself is `feed-status` and `feed-error`.',
        headers: STREAM_HEADERS,
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      204: { description: 'Nothing to read up to `until`.', headers: START },
    },
  },
  'PUT /consumers/:consumer/cursor': {
    summary: 'Acknowledges what stands before a cursor',
    parameters: [IF_MATCH, header('If-None-Match', '`*`: only when nothing is kept.')],
    body: z.toJSONSchema(Acknowledgement, { io: 'input' }),
    answers: { 204: { description: 'It is kept.', headers: ETAG } },
  },
  'GET /consumers/:consumer/cursor': {
    summary: 'What the consumer has acknowledged',
    parameters: [FEED, header('If-None-Match', 'The `ETag` of what was read before, or `*`.')],
    answers: {
      200: {
        description: 'The cursor that start=acknowledged begins at.',
        headers: ETAG,
        content: json(ref('Acknowledged')),
      },
      304: { description: 'What is kept is what If-None-Match names.', headers: ETAG },
    },
  },
  'DELETE /consumers/:consumer/cursor': {
    summary: 'Forgets what the consumer has acknowledged',
    parameters: [FEED, IF_MATCH, header('If-None-Match', '`*`: only when nothing is kept.')],
    answers: { 204: { description: 'Nothing is kept.' } },
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
