import type { FastifyInstance } from 'fastify'
import type { Feed } from '../../live/feed'
import type { Guard } from '../auth/guard'
import { outboxOf } from '../routes/event-routes'
import type { Route } from './document'
import { openApiDocument } from './document'

/** Collects every route that is registered from now on, except the automatic ones for HEAD and OPTIONS. */
export function noteRoutes(server: FastifyInstance): readonly Route[] {
  const routes: Route[] = []
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (one !== 'HEAD' && one !== 'OPTIONS') routes.push({ method: one, url })
    }
  })
  return routes
}

export interface OpenApiOptions {
  readonly feeds: readonly Feed[]
  readonly guard: Guard
  readonly routes: readonly Route[]
  /** Undefined without authentication. */
  readonly cookie: string | undefined
}

/** The description with the feeds and fields that the caller may see. */
export function openApiRoute(
  server: FastifyInstance,
  { feeds, guard, routes, cookie }: OpenApiOptions,
): void {
  server.get('/openapi.json', (request) => {
    const { grantOf } = guard.callerOf(request)
    const described = feeds.flatMap((feed) => {
      const grant = grantOf(feed.name)
      return grant === undefined ? [] : [feed.schemaOf(grant)]
    })
    const outbox = outboxOf(feeds)
    const hasEvents = outbox !== undefined && grantOf(outbox.name) !== undefined
    const shown = routes.filter(({ url }) => url !== '/events' || hasEvents)
    return openApiDocument({ routes: shown, feeds: described, cookie })
  })
}
