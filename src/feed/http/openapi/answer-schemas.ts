import { PROBLEMS } from '../../problem'
import type { JsonSchema } from './json-schema'
import { closed, ref } from './json-schema'

const cursor = { type: 'string', pattern: '^[A-Za-z0-9_-]+$' }
const time = { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }
const count = { type: 'integer', minimum: 0 }
const stats = { read: count, bytes: count }

/** Schemas of the responses, except the facts. */
export const ANSWERS: Readonly<Record<string, JsonSchema>> = {
  Cursor: { ...cursor, description: 'Opaque; exclusive: reading resumes after it.' },
  FactEvent: closed(
    {
      type: { enum: ['add', 'update', 'remove'] },
      snapshot: { const: true },
      late: { const: true },
      data: ref('Fact'),
      txn_ts: time,
      cursor,
      stats: closed(stats, ['bytes']),
    },
    ['snapshot', 'late'],
  ),
  StatusEvent: closed({
    type: { const: 'status' },
    data: closed({
      status: {
        enum: [
          'live',
          'snapshot-end',
          'end',
          'upstream-lost',
          'upstream-restored',
          'closing',
          'heartbeat',
          'window-end',
        ],
      },
    }),
    txn_ts: time,
    cursor,
    stats: closed({ ...stats, ms: count }, ['bytes', 'ms']),
  }),
  ErrorEvent: closed({
    type: { const: 'error' },
    data: { type: 'object', required: ['type', 'detail'] },
    txn_ts: { type: 'null' },
    cursor: { type: 'null' },
    stats: closed({ read: count }),
  }),
  StreamEvent: {
    anyOf: [ref('FactEvent'), ref('StatusEvent'), ref('ErrorEvent'), ref('CloudEvent')],
  },
  CloudEvent: {
    description: 'CloudEvents 1.0 in JSON. `method` is defined by the HTTP Feeds specification.',
    ...closed(
      {
        specversion: { const: '1.0' },
        id: cursor,
        source: { type: 'string', format: 'uri-reference' },
        type: { type: 'string' },
        subject: { type: 'string' },
        time: { type: 'string', format: 'date-time' },
        method: { enum: ['PUT', 'DELETE'] },
        snapshot: { const: true },
        datacontenttype: { const: 'application/json' },
        data: ref('Fact'),
      },
      ['subject', 'time', 'snapshot'],
    ),
  },
  Page: closed({
    events: { type: 'array', items: ref('FactEvent') },
    cursor,
    has_next: { type: 'boolean' },
    stats: closed({ ...stats, ms: count, events: count }, ['bytes', 'ms']),
  }),
  Document: closed({ data: ref('Fact'), txn_ts: time, cursor }),
  Acknowledged: closed({
    feed: { type: 'string' },
    cursor,
    acknowledged_at: { type: 'string', format: 'date-time' },
  }),
  Cursors: closed({ head: cursor, earliest: cursor }),
  Feeds: closed({
    feeds: {
      type: 'array',
      items: closed(
        {
          name: { type: 'string' },
          message: { type: 'string' },
          key: { type: 'array', items: { type: 'string' } },
          fields: { type: 'array', items: { type: 'string' } },
          indexes: { type: 'array', items: { type: 'string' } },
          stream: { type: 'string' },
          pages: { type: 'string' },
          events: { type: 'string' },
        },
        ['events'],
      ),
    },
  }),
  Problem: {
    description: 'RFC 9457. A problem may have further members, for programs.',
    type: 'object',
    properties: {
      type: { enum: Object.keys(PROBLEMS).map((name) => `urn:facts:${name}`) },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
    },
    required: ['type', 'title', 'status', 'detail'],
  },
}
