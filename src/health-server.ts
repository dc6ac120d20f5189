import { fastify } from 'fastify'
import type { AddressInfo } from 'node:net'
import { FactsError, describeError } from './errors'
import { HOST_REFUSED, ServedHosts } from './served-hosts'

export interface HealthServerOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Accepted host names, besides loopback and its own. */
  readonly hosts?: readonly string[]
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  /** Readiness, for load balancers and orchestrators. */
  readonly ready: () => boolean
  /** Details in the response of /readyz, for people. */
  readonly status: () => Readonly<Record<string, unknown>>
  /** Runs on GET /health and returns the response; an error becomes 503 with its message. Default: no /health. */
  readonly check?: () => Promise<Readonly<Record<string, unknown>>>
}

export interface HealthServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Serves /healthz (the process answers), /readyz (200 or 503) and /metrics (Prometheus text format 0.0.4). */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = fastify({ logger: false })
  const hosts = new ServedHosts(options)
  server.addHook('onRequest', async (request, reply) => {
    if (hosts.serves(request.raw)) return
    return reply.code(403).send({ status: 'host refused', detail: HOST_REFUSED })
  })
  server.get('/healthz', () => ({ status: 'alive' }))
  server.get('/readyz', async (_request, reply) => {
    const ready = options.ready()
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', ...options.status() })
  })
  server.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await options.metrics()),
  )
  const { check } = options
  if (check !== undefined) {
    server.get('/health', async (_request, reply) => {
      try {
        return { status: 'ok', ...(await check()) }
      } catch (error) {
        return reply.code(503).send({ status: 'failed', detail: describeError(error) })
      }
    })
  }
  try {
    await server.listen({ host: options.host, port: options.port })
  } catch (cause) {
    throw new FactsError(
      'PORT_TAKEN',
      `Health and metrics cannot listen on ${options.host}:${options.port}: ${(cause as Error).message}. Choose another port; 0 takes a free one.`,
      { cause },
    )
  }
  const { port } = server.server.address() as AddressInfo
  return { url: `http://${options.host}:${port}`, close: () => server.close() }
}
