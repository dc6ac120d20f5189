import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import cors from '@fastify/cors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { fastify } from 'fastify'
import { FactsError } from '../../errors'
import { HOST_REFUSED, ServedHosts } from '../../served-hosts'
import { Problem } from '../problem'
import { Guard } from './auth/guard'
import type { TokenVerifier } from './auth/token-verifier'
import { consumerRoutes } from './routes/consumer-routes'
import { feedRoutes } from './routes/feed-routes'
import { allowedMethods } from './allowed-methods'
import type { Route } from './openapi/document'
import { noteRoutes, openApiRoute } from './openapi/openapi-routes'
import { OwnPage } from './own-page'
import { PageMemory } from './routes/page-memory'
import { passingRefusal } from './passing-refusal'
import { problemOf, problemReply } from './routes/problem-reply'
import type { ServedFeeds } from './routes/served-feeds'
import type { SessionLimits } from './routes/session-counter'
import { SessionCounter } from './routes/session-counter'
import { StreamSet } from './routes/stream-set'

export interface FeedServerOptions extends ServedFeeds {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Accepted host names, besides loopback and its own. */
  readonly hosts?: readonly string[]
  /** Undefined without authentication. */
  readonly auth?: TokenVerifier | undefined
  /** Origins allowed by CORS, besides the server's own. */
  readonly corsOrigins: readonly string[]
  /** Addresses and networks whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[]
  readonly sessions: SessionLimits
  /** Bytes that all pages together may hold until they are sent. */
  readonly pageBytes?: number
  /** Milliseconds over which streams are closed when the server stops. */
  readonly drainMs: number
  readonly arrival?: Arrival
}

/** How long a request may take to arrive. Milliseconds. */
interface Arrival {
  readonly headersMs: number
  /** All of it. */
  readonly requestMs: number
  /** Between two looks. */
  readonly checkMs: number
}

export interface FeedServer {
  readonly url: string
  /** Stops accepting, closes the streams at their cursors over the drain time, and ends. */
  readonly close: () => Promise<void>
}

const HEADER_BYTES = 16 * 1024
const URL_BYTES = 8 * 1024
const BODY_BYTES = 64 * 1024
const ARRIVAL: Arrival = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000 }

const ALLOWED = [
  'content-type',
  'last-event-id',
  'x-consumer-id',
  'authorization',
  'if-match',
  'if-none-match',
]
const EXPOSED = [
  'ETag',
  'Feed-Start-Cursor',
  'Feed-Cursor',
  'Feed-Has-Next',
  'Feed-Upstream',
  'Feed-Problem',
  'Retry-After',
  'WWW-Authenticate',
]

/** Serves the feeds; see PROTOCOL.md. Throws PORT_TAKEN. */
export async function startFeedServer(options: FeedServerOptions): Promise<FeedServer> {
  const { host, port, metrics, logger, auth, arrival = ARRIVAL } = options
  const hosts = new ServedHosts(options)
  const guard = new Guard(auth)
  const server = fastify({
    logger: false,
    trustProxy: options.trustedProxies.length > 0 && [...options.trustedProxies],
    bodyLimit: BODY_BYTES,
    requestTimeout: arrival.requestMs,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 2_048 },
    http: {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: arrival.headersMs,
      // Otherwise Node answers itself; it is rejected like any other host that is not served.
      requireHostHeader: false,
      connectionsCheckingInterval: arrival.checkMs,
    },
    clientErrorHandler: refuseRaw,
    frameworkErrors: refuseAddress,
  })
  // For the streams, and some connections for everything else.
  server.server.maxConnections = options.sessions.total + 1_000
  answerRaw(server.server)
  const streams = new StreamSet(options.drainMs)
  const routes = noteRoutes(server)
  // Before anything else and for every caller, because some of the following hooks respond themselves.
  server.addHook('onRequest', (request, _reply, done) => {
    done(hosts.serves(request.raw) ? undefined : new Problem('host-refused', HOST_REFUSED))
  })
  answerProblems(server, { logger, metrics, routes })
  await server.register(cors, {
    origin: [...options.corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ALLOWED,
    exposedHeaders: EXPOSED,
    // Allows the cookie with the token.
    credentials: auth !== undefined,
    maxAge: 600,
  })
  // A client would send its next request on a kept-alive connection, and not reach the next server.
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (streams.isDraining) void reply.header('connection', 'close')
    done(null, payload)
  })
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    if (streams.isDraining)
      done(new Problem('draining', 'The server is shutting down. Try again in a moment.'))
    else if (request.url.length > URL_BYTES) {
      done(new Problem('url-too-long', 'The URL exceeds 8 KiB. POST takes the parameters as JSON.'))
    } else done()
  })
  const page = new OwnPage('live-page.html')
  server.get('/', (_request, reply) => reply.headers(page.headers).send(page.html))
  const docs = new OwnPage('docs-page.html')
  server.get('/docs', (_request, reply) => reply.headers(docs.headers).send(docs.html))
  const counter = new SessionCounter(options.sessions)
  const memory = new PageMemory(options.pageBytes)
  // A client that reads nothing of a response gets the same timeout as one that reads nothing of a stream.
  server.addHook('onSend', (_request, reply, payload, done) => {
    reply.raw.setTimeout(options.stallMs, () => reply.raw.destroy())
    done(null, payload)
  })
  await server.register((protectedServer, _options, done) => {
    guard.protect(protectedServer)
    feedRoutes(protectedServer, { ...options, streams, counter, memory, guard })
    consumerRoutes(protectedServer, { ...options, guard })
    const { feeds } = options
    openApiRoute(protectedServer, { feeds, guard, routes, cookie: auth?.options.cookie })
    done()
  })
  const url = await listen(server, host, port)
  return {
    url,
    close: async () => {
      // The framework's own close would end every connection immediately.
      server.server.close()
      server.server.closeIdleConnections()
      await streams.drain()
      server.server.closeAllConnections()
      await server.close()
    },
  }
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    throw new FactsError(
      'PORT_TAKEN',
      `The feed cannot listen on ${host}:${port}: ${(cause as Error).message}. Choose another with --port (0 takes a free one) or FACTS_FEED_PORT.`,
      { cause },
    )
  }
  const address = server.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

function answerProblems(
  server: FastifyInstance,
  {
    logger,
    metrics,
    routes,
  }: Pick<FeedServerOptions, 'logger' | 'metrics'> & { readonly routes: readonly Route[] },
): void {
  const refuseMethod = (request: FastifyRequest, reply: FastifyReply): never => {
    const allowed = allowedMethods(routes, request.url)
    if (allowed.length === 0) {
      throw new Problem('not-found', 'There is no such path. GET /feeds lists the feeds.')
    }
    const list = allowed.join(', ')
    void reply.header('allow', list)
    throw new Problem('method-not-allowed', `Supported: ${list}, and OPTIONS from browsers.`)
  }
  // Before CORS, which responds itself.
  server.addHook('onRequest', (request, reply, done) => {
    const { origin, 'access-control-request-method': asked } = request.headers
    if (request.method === 'OPTIONS' && (origin === undefined || asked === undefined)) {
      refuseMethod(request, reply)
    }
    done()
  })
  server.setErrorHandler((error, request, reply) => {
    const known = problemOf(error)
    if (known === undefined) {
      logger.error({ err: error, request: request.id }, 'A request failed')
    }
    const problem =
      known ??
      new Problem('internal', 'The request failed: internal error.', {
        request: request.id,
      })
    metrics.refusals.inc({ problem: problem.problem })
    const answer = problemReply(problem)
    const passing = passingRefusal(request, answer)
    if (passing !== undefined) {
      return reply.code(200).headers(passing.headers).send(passing.text)
    }
    const { status, headers, body } = answer
    return reply.code(status).headers(headers).send(JSON.stringify(body))
  })
  server.setNotFoundHandler(refuseMethod)
}

/** A URL that the router cannot parse reaches no handler. */
function refuseAddress(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const problem = new Problem('request-invalid', 'The URL is not well-formed.')
  const { status, headers, body } = problemReply(problem)
  void reply.code(status).headers(headers).send(JSON.stringify(body))
}

/** Cases in which Node would respond itself, or not at all. */
function answerRaw(server: Server): void {
  // Each pipelined request on a connection waits for its end.
  server.on('connection', (socket) => socket.setMaxListeners(0))
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const problem = new Problem('expectation-failed', 'Only 100-continue is supported.')
    const { status, headers, body } = problemReply(problem)
    const text = JSON.stringify(body)
    const length = { 'content-length': Buffer.byteLength(text), connection: 'close' }
    response.writeHead(status, { ...headers, ...length }).end(text)
  })
  server.on('connect', (_request, socket: Duplex) => {
    refuse(socket, new Problem('method-not-allowed', 'Supported methods: GET and POST.'))
  })
}

/** Responds on the raw socket, because there is no parsed request. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new Problem('headers-too-large', 'The headers must not exceed 16 KiB.')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new Problem('request-timeout', 'Send the request within 30 seconds.')
        : new Problem('request-invalid', 'The request is not well-formed.')
  refuse(socket, problem)
}

function refuse(socket: Duplex, problem: Problem): void {
  const { status, headers, body } = problemReply(problem)
  const text = JSON.stringify(body)
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(text),
  })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${text}`)
}
