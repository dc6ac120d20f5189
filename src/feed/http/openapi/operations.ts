import type { JsonSchema } from './json-schema'
import { ref } from './json-schema'

/** What an address is for, and what it answers when all is well. */
export interface Operation {
  readonly summary: string
  /** Whether it takes the parameters of feed-query.ts. */
  readonly takesQuery?: true
  /** By status. */
  readonly answers: JsonSchema
}

const text = { schema: { type: 'string' } }
const START = { 'Feed-Start-Cursor': { ...text, description: 'Where the reading really began.' } }
const json = (schema: JsonSchema, type = 'application/json'): JsonSchema => ({ [type]: { schema } })
const html = { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } }

const page: Operation = {
  summary: 'A page of events; with timeout a long poll',
  takesQuery: true,
  answers: {
    200: {
      description: 'Events, and the cursor behind everything that was read for them.',
      headers: {
        ...START,
        'Feed-Cursor': { ...text, description: 'Behind everything that was read.' },
        'Feed-Has-Next': { schema: { enum: ['true', 'false'] } },
        'Feed-Upstream': {
          schema: { const: 'lost' },
          description: 'The log could not be asked for its end: there may be more.',
        },
        ETag: { ...text, description: 'Of a full page that a cursor began: it never changes.' },
      },
      content: {
        ...json(ref('Page')),
        ...json({ type: 'array', items: ref('CloudEvent') }, 'application/cloudevents-batch+json'),
      },
    },
    304: { description: 'The page is the one that If-None-Match names.' },
  },
}

const stream: Operation = {
  summary: 'Events as they come (Server-Sent Events)',
  takesQuery: true,
  answers: {
    200: {
      description:
        'Blocks of `id` (the cursor), `event` (the type) and one line `data`, JSON as in the schema StreamEvent; `id` alone is a heartbeat.',
      headers: START,
      content: {
        'text/event-stream': { schema: { type: 'string' }, 'x-data-schema': ref('StreamEvent') },
      },
    },
    204: { description: 'Nothing to read up to `until`.', headers: START },
  },
}

const cursors: Operation = {
  summary: 'The cursors at both ends',
  takesQuery: true,
  answers: { 200: { description: 'Of this filter.', content: json(ref('Cursors')) } },
}

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
  'GET /feeds/:feed': page,
  'POST /feeds/:feed': page,
  'GET /feeds/:feed/stream': stream,
  'POST /feeds/:feed/stream': stream,
  'GET /feeds/:feed/cursor': cursors,
  'POST /feeds/:feed/cursor': cursors,
  'GET /feeds/:feed/facts/:subject': {
    summary: 'The last fact of a subject',
    takesQuery: true,
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
