import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Feed } from '../../live/feed'
import type { Selection } from '../../select/selection'
import type { Caller } from '../auth/caller'
import type { FeedQuery } from './feed-query'

/** A parsed request with its caller. */
export interface Asked {
  readonly feed: Feed
  readonly query: FeedQuery
  readonly selection: Selection
  readonly reader: Caller
  /** Consumer that the session is counted for. */
  readonly consumer: string | undefined
}

/** Responds with a stream, which is counted as a session. */
export type AnswerStream = (
  ask: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void>
