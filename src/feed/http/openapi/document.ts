import type { SchemaManifest } from '../../../protobuf/message/schema-manifest'
import { ANSWERS } from './answer-schemas'
import { dataSchemas } from './data-schemas'
import type { JsonSchema } from './json-schema'
import { ref } from './json-schema'
import type { Operation } from './operations'
import { OPERATIONS } from './operations'
import { bodySchema, queryParameters } from './parameters'
import { problemRefs, problemResponses } from './problem-responses'

/** A registered route. */
export interface Route {
  readonly method: string
  /** For example `/feeds/:feed`. */
  readonly url: string
}

/** The visible part of a feed. */
export interface DescribedFeed {
  readonly name: string
  /** Full name of its message. */
  readonly message: string
  readonly schemas: SchemaManifest
}

export interface DocumentOptions {
  readonly routes: readonly Route[]
  readonly feeds: readonly DescribedFeed[]
  /** Name of the cookie with the token; undefined without authentication. */
  readonly cookie: string | undefined
}

/** Operation of a route that is missing in operations.ts; a test requires that there is none. */
const UNDESCRIBED: Operation = {
  summary: 'Not described',
  takes: 'all',
  answers: { 200: { description: 'Not described.' } },
}

/** The server's routes in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html). */
export function openApiDocument({ routes, feeds, cookie }: DocumentOptions): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const { method, url } of routes) {
    const path = url.replace(/:(\w+)/g, '{$1}')
    const operation = OPERATIONS[`${method} ${url}`] ?? UNDESCRIBED
    const described = operationObject({ method, url }, operation, feeds)
    paths[path] = { ...paths[path], [method.toLowerCase()]: described }
  }
  let schemas: Readonly<Record<string, JsonSchema>> = {}
  for (const feed of feeds) schemas = dataSchemas(feed.message, feed.schemas, schemas)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Feeds of facts',
      version: '1',
      description:
        'The changes of database rows, one fact for each committed change: as pages, long poll and Server-Sent Events, with the same events and cursors.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: {
        ...ANSWERS,
        Parameters: bodySchema(),
        Fact: fact(feeds),
        ...schemas,
      },
      responses: problemResponses(),
      ...(cookie === undefined
        ? {}
        : {
            securitySchemes: {
              token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
              cookie: { type: 'apiKey', in: 'cookie', name: cookie },
            },
          }),
    },
    ...(cookie === undefined ? {} : { security: [{ token: [] }, { cookie: [] }] }),
  }
}

function fact(feeds: readonly DescribedFeed[]): JsonSchema {
  const messages = [...new Set(feeds.map(({ message }) => message))]
  return messages.length === 0 ? { type: 'object' } : { anyOf: messages.map(ref) }
}

function operationObject(
  { method, url }: Route,
  { summary, takes, differing = {}, parameters: others = [], body, answers }: Operation,
  feeds: readonly DescribedFeed[],
): JsonSchema {
  const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema:
      name === 'feed' && feeds.length > 0
        ? { enum: feeds.map((feed) => feed.name) }
        : { type: 'string' },
  }))
  const parameters = [
    ...inPath,
    ...others,
    ...(takes === undefined ? [] : HEADERS),
    ...(takes !== undefined && method === 'GET' ? queryParameters(takes) : []),
  ].map((parameter) => ({ ...parameter, ...differing[String(parameter['name'])] }))
  const sent = takes !== undefined && method === 'POST' ? ref('Parameters') : body
  return {
    operationId: `${method.toLowerCase()}${url.replace(/[^A-Za-z]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(sent === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: sent } } } }),
    // These two never require authentication.
    ...(url === '/' || url === '/docs' ? { security: [] } : {}),
    responses: { ...answers, ...problemRefs() },
  }
}

const HEADERS: readonly JsonSchema[] = [
  {
    name: 'Last-Event-ID',
    in: 'header',
    schema: { type: 'string' },
    description: 'Resume after this cursor. Browsers send it when they reconnect.',
  },
  {
    name: 'X-Consumer-Id',
    in: 'header',
    schema: { type: 'string' },
    description: 'The consumer that the session is counted for.',
  },
]
