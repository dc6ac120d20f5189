import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CursorKeeper } from '../../acknowledged/cursor-keeper'
import type { CursorOwner, KeptCursor } from '../../acknowledged/kept-cursor'
import type { Precondition } from '../../acknowledged/precondition'
import { chooses, etagOf } from '../../acknowledged/precondition'
import type { Feed } from '../../live/feed'
import { Problem } from '../../problem'
import type { Guard } from '../auth/guard'
import { isNamed } from './entity-tag'
import { CONSUMER } from './feed-query'

export interface ConsumerRoutesOptions {
  readonly feeds: readonly Feed[]
  readonly guard: Guard
  readonly acknowledged: CursorKeeper
}

export const Acknowledgement = z.strictObject({
  feed: z.string().min(1).max(200),
  cursor: z.string().min(1).max(30_000),
})
const Which = z.strictObject({ feed: z.string().min(1).max(200) })

/** Routes of acknowledged cursors; see PROTOCOL.md R72 to R76. */
export function consumerRoutes(
  server: FastifyInstance,
  { feeds, guard, acknowledged }: ConsumerRoutesOptions,
): void {
  const feedOf = (request: FastifyRequest, name: string): Feed => {
    const found = guard.callerOf(request).grantOf(name) && feeds.find((feed) => feed.name === name)
    if (found !== undefined) return found
    throw new Problem('not-found', 'There is no such feed. GET /feeds lists them.')
  }

  const consumerOf = (request: FastifyRequest): string => {
    const { consumer = '' } = request.params as { readonly consumer?: string }
    const reader = guard.callerOf(request)
    guard.consumer(reader, consumer)
    if (reader.subject === consumer || CONSUMER.test(consumer)) return consumer
    throw new Problem(
      'parameter-invalid',
      'A consumer must be 1 to 128 letters, digits or . _ : @ -.',
      {
        parameter: 'consumer',
      },
    )
  }

  const named = (request: FastifyRequest): CursorOwner => {
    const consumer = consumerOf(request)
    const { feed } = parsed(Which, request.query, 'Name the feed: ?feed=...')
    return { consumer, feed: feedOf(request, feed).name }
  }

  server.put('/consumers/:consumer/cursor', async (request, reply) => {
    const consumer = consumerOf(request)
    const wanted = 'Send {"feed": "...", "cursor": "..."} as JSON.'
    const { feed: name, cursor } = parsed(Acknowledgement, request.body, wanted)
    const feed = feedOf(request, name)
    await feed.refuseForeign(cursor)
    const condition = preconditionOf(request)
    const made = { cursor, acknowledgedAt: new Date().toISOString(), version: randomUUID() }
    await acknowledged.change({ consumer, feed: name }, (kept) => {
      const isChosen = chooses(condition, kept)
      if (kept !== undefined && !isChosen && feed.isBefore(cursor, kept.cursor))
        throw beforeStored(kept)
      return made
    })
    return reply.code(204).header('etag', etagOf(made)).send()
  })

  server.get('/consumers/:consumer/cursor', async (request, reply) => {
    const owner = named(request)
    const kept = await acknowledged.get(owner)
    if (kept === undefined) throw nothing(owner)
    const { cursor, acknowledgedAt } = kept
    void reply.header('etag', etagOf(kept))
    if (isNamed(request.headers['if-none-match'], etagOf(kept))) return reply.code(304).send()
    return { feed: owner.feed, cursor, acknowledged_at: acknowledgedAt }
  })

  server.delete('/consumers/:consumer/cursor', async (request, reply) => {
    const condition = preconditionOf(request)
    await acknowledged.change(named(request), (kept) => {
      chooses(condition, kept)
      return undefined
    })
    return reply.code(204).send()
  })
}

export const nothing = ({ consumer, feed }: CursorOwner): Problem =>
  new Problem(
    'nothing-acknowledged',
    `${consumer} has acknowledged no cursor of ${feed}. PUT /consumers/{id}/cursor acknowledges one; until then, "otherwise" with start=acknowledged sets where to begin.`,
  )

const beforeStored = (kept: KeptCursor): Problem =>
  new Problem(
    'cursor-behind',
    'The cursor is before the stored one, or cannot be compared with it. To replace the stored one nevertheless, send If-Match with its ETag.',
    { cursor: kept.cursor, etag: etagOf(kept) },
  )

function parsed<T>(form: z.ZodType<T>, value: unknown, wanted: string): T {
  const result = form.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const parameter = String(issue?.path[0] ?? 'feed')
  throw new Problem('parameter-invalid', `${wanted} ${issue?.message ?? ''}`.trim(), { parameter })
}

function preconditionOf({ headers }: FastifyRequest): Precondition {
  return { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] }
}
