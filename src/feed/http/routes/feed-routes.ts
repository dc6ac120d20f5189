import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Start } from '../../replay/begin'
import { begin } from '../../replay/begin'
import { errorText, ownName, sseBlock } from '../../event/event-text'
import type { ReaderPosition } from '../../cursor/reader-position'
import { FeedEvent, isMember } from '../../event/feed-event'
import { readPage } from '../../page/page'
import { reached } from '../../cursor/position'
import { Problem } from '../../problem'
import { StreamSession } from '../../stream/stream-session'
import type { Guard } from '../auth/guard'
import type { Caller } from '../auth/caller'
import { eventRoutes } from './event-routes'
import type { FeedQuery } from './feed-query'
import { feedQuery } from './feed-query'
import type { AnswerStream, Asked } from './asked'
import { isNamed } from './entity-tag'
import { headOfStream, openStream } from './open-stream'
import { batchBody, pageBody } from './page-body'
import type { PageMemory } from './page-memory'
import { problemOf, problemReply } from './problem-reply'
import { startOf } from './acknowledged-start'
import type { ServedFeeds } from './served-feeds'
import type { SessionCounter } from './session-counter'
import type { StreamSet } from './stream-set'
import { textHeader } from './text-header'

export interface FeedRoutesOptions extends ServedFeeds {
  readonly streams: StreamSet
  readonly counter: SessionCounter
  readonly memory: PageMemory
  readonly guard: Guard
}

/** The longest delay of a timer, 24 days; a stream that ends then can be resumed like any other. */
const LONGEST_MS = 2 ** 31 - 1

/** Routes below /feeds. */
export function feedRoutes(server: FastifyInstance, options: FeedRoutesOptions): void {
  const feeds = new Map(options.feeds.map((feed) => [feed.name, feed]))

  const asked = (request: FastifyRequest): Asked => {
    const { feed: name = '' } = request.params as { readonly feed?: string }
    const reader = options.guard.callerOf(request)
    const grant = reader.grantOf(name)
    const feed = grant && feeds.get(name)
    if (feed === undefined)
      throw new Problem('not-found', 'There is no such feed. GET /feeds lists them.')
    const parameters = request.method === 'POST' ? posted(request) : request.query
    const query = feedQuery(parameters, {
      format: accepts(request, BATCH) || accepts(request, SINGLE) ? 'cloudevents' : undefined,
      lastEventId: textHeader(request, 'last-event-id'),
      consumer: textHeader(request, 'x-consumer-id'),
    })
    const consumer = options.guard.consumer(reader, query.consumer)
    return {
      feed,
      query,
      selection: feed.select(query.selection, grant, consumer),
      reader,
      consumer,
    }
  }

  const beginAt = async (
    { feed, query, selection, consumer }: Asked,
    otherwise: Extract<Start['at'], 'earliest' | 'now'>,
  ): Promise<ReaderPosition> => {
    const { start = { at: otherwise } } = query
    const asked = { start, consumer, feed: feed.name }
    return begin(feed, selection, await startOf(asked, options.acknowledged), query.lagMs)
  }

  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const ask = asked(request)
    const { feed, query, selection, reader, consumer } = ask
    const leave =
      query.timeoutMs > 0 ? options.counter.enter(request.ip, consumer) : () => undefined
    const gone = new AbortController()
    const onClose = (): void => gone.abort()
    const { draining } = options.streams
    request.raw.socket.once('close', onClose)
    draining.addEventListener('abort', onClose)
    if (draining.aborted) onClose()
    try {
      const memory = options.memory.hold(request, reply)
      const position = await beginAt(ask, 'earliest')
      void reply.header('feed-start-cursor', feed.cursor(selection, position))
      const { pageSize, lagMs, windowMs } = query
      const timeoutMs = Math.min(query.timeoutMs, Math.max(0, reader.expires - Date.now()))
      const read = await readPage({
        feed,
        selection,
        position,
        pageSize,
        timeoutMs,
        lagMs,
        windowMs,
        signal: gone.signal,
        memory,
      })
      if (!read.isUpToDate) void reply.header('feed-upstream', 'lost')
      options.metrics.events.inc({ feed: feed.name, way: 'page' }, read.events.length)
      const isBatch = selection.format === 'cloudevents'
      const isKept = read.isFull && isRepeatable(request, query)
      const body = isBatch ? batchBody(read) : pageBody(read, { isKept })
      options.metrics.bytes.inc({ feed: feed.name, way: 'page' }, body.length)
      void reply.headers({ 'feed-cursor': read.cursor, 'feed-has-next': String(read.hasNext) })
      void reply.type(isBatch ? BATCH : 'application/json; charset=utf-8')
      if (isKept) {
        const { etag } = body
        void reply.headers({ ...(reader.subject === undefined ? KEPT : KEPT_BY_ONE), etag })
        if (isNamed(request.headers['if-none-match'], etag)) return await reply.code(304).send()
      }
      return await reply.header('content-length', body.length).send(body.payload)
    } finally {
      request.raw.socket.off('close', onClose)
      draining.removeEventListener('abort', onClose)
      leave()
    }
  }

  const stream = (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    counted(asked(request), request, reply)

  const counted: AnswerStream = async (ask, request, reply) => {
    const leave = options.counter.enter(request.ip, ask.consumer)
    try {
      await runStream(ask, request, reply)
    } finally {
      leave()
    }
  }

  const runStream = async (
    ask: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> => {
    const { feed, query, selection, reader } = ask
    const position = await beginAt(ask, 'now')
    const until = query.untilHead ? await feed.hub.head() : undefined
    const startCursor = feed.cursor(selection, position)
    const { positions, snapshot } = position
    if (until !== undefined && snapshot === undefined && reached(positions, until)) {
      await reply.header('feed-start-cursor', startCursor).code(204).send()
      return
    }
    if (request.method === 'HEAD') {
      headOfStream(reply, startCursor)
      return
    }
    const output = openStream(reply, startCursor, options.bufferBytes)
    const { heartbeatMs, stallMs } = options
    const { tellsStatus } = query
    const session = new StreamSession({
      feed,
      selection,
      position,
      output,
      until,
      tellsStatus,
      lagMs: query.lagMs,
      windowMs: query.windowMs,
      heartbeatMs,
      stallMs,
    })
    reply.raw.on('close', () => session.gone())
    const expiry = atExpiry(reader, () => {
      // A client that does not read cannot receive the event.
      if (output.isFull) output.destroy()
      else session.close()
    })
    options.metrics.sessions.inc({ way: 'stream' })
    try {
      await options.streams.run(session)
    } catch (error) {
      const known = problemOf(error)
      if (known === undefined) {
        options.logger.error({ err: error, request: request.id }, 'A stream failed')
      }
      const problem =
        known ?? new Problem('internal', 'The stream failed because of an internal error.')
      const name = ownName(selection.format, 'error')
      output.write(sseBlock(name, undefined, errorText(problemReply(problem).body)))
      output.end()
    } finally {
      clearTimeout(expiry)
      options.metrics.sessions.dec({ way: 'stream' })
    }
  }

  const document = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { feed, selection } = asked(request)
    const { subject = '' } = request.params as { readonly subject?: string }
    const positions = await feed.hub.head()
    const key = Buffer.from(subject)
    for (const [partition, { next }] of positions.entries()) {
      const image = await feed.hub.history.changes.imageBefore(partition, key, next)
      if (image === undefined || !isMember(image, selection)) continue
      const cursor = feed.cursor(selection, { positions })
      const event = new FeedEvent('add', image, selection.project)
      if (selection.format === 'facts')
        return { data: event.data, txn_ts: event.time ?? null, cursor }
      return reply
        .type(SINGLE)
        .send(feed.text(selection, event, { cursor, stats: { read: 1, bytes: undefined } }))
    }
    throw new Problem('not-found', 'There is no fact of this subject, or its last one is a delete.')
  }

  const cursors = async (request: FastifyRequest): Promise<unknown> => {
    const { feed, selection } = asked(request)
    const positions = await feed.hub.head()
    return {
      head: feed.cursor(selection, { positions }),
      earliest: feed.cursor(selection, { positions: feed.earliest() }),
    }
  }

  server.get('/feeds', (request) => {
    const { grantOf } = options.guard.callerOf(request)
    return {
      feeds: options.feeds.flatMap((feed) => {
        const grant = grantOf(feed.name)
        return grant === undefined ? [] : [feed.describe(grant)]
      }),
    }
  })
  const answered: typeof page = (request, reply) => options.streams.answer(page(request, reply))
  server.get('/feeds/:feed', answered)
  server.post('/feeds/:feed', answered)
  server.get('/feeds/:feed/stream', stream)
  server.post('/feeds/:feed/stream', stream)
  server.get('/feeds/:feed/cursor', cursors)
  server.post('/feeds/:feed/cursor', cursors)
  server.get('/feeds/:feed/facts/:subject', document)
  eventRoutes(server, options, counted)
}

/** A day: caches must not keep indefinitely what the topic no longer retains. */
const KEPT = {
  'cache-control': 'public, max-age=86400, immutable',
  // With one of these headers the same URL is another page, which is not cacheable.
  vary: 'Accept, Origin, Last-Event-ID, X-Consumer-Id',
}
/** With authentication the response depends on the rights. */
const KEPT_BY_ONE = {
  'cache-control': 'private, max-age=86400, immutable',
  vary: `${KEPT.vary}, Authorization, Cookie`,
}

/** Whether the URL alone determines the response, at any time, if that is a full page. */
const isRepeatable = ({ method, headers }: FastifyRequest, query: FeedQuery): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  (headers['last-event-id'] ?? '') === '' &&
  query.start?.at === 'cursor' &&
  query.timeoutMs === 0 &&
  query.lagMs === 0 &&
  query.windowMs === undefined &&
  query.consumer === undefined

/** Without authentication there is no expiry, and no timer. */
const atExpiry = ({ expires }: Caller, act: () => void): NodeJS.Timeout | undefined =>
  Number.isFinite(expires) ? setTimeout(act, Math.min(expires - Date.now(), LONGEST_MS)) : undefined

/** CloudEvents 1.0, JSON format: one event, a batch. */
const SINGLE = 'application/cloudevents+json'
const BATCH = 'application/cloudevents-batch+json'

const accepts = ({ headers }: FastifyRequest, type: string): boolean =>
  (headers.accept ?? '').split(',').some((one) => one.split(';')[0]?.trim().toLowerCase() === type)

/** The events are already JSON text. */
function posted({ body }: FastifyRequest): unknown {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw new Problem('request-invalid', 'Send the parameters as a JSON object.')
}
