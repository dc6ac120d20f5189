import { z } from 'zod'
import { startServices } from '../command-line'
import { FactsError } from '../errors'
import type { RestService } from '../config/rest-config'
import { restAddress } from '../config/rest-config'
import type { ConnectorState } from './connector-state'
import { ConnectorStateSchema } from './connector-state'

type Settings = Readonly<Record<string, string>>

export interface RefusedField {
  readonly field: string
  readonly reasons: readonly string[]
}

/** The part of Kafka Connect's REST API that is used here (Kafka documentation, "Connect: REST API"). */
export interface ConnectClient {
  /** Settings that the plugin rejects, with its reasons; Debezium connects to the database to validate. */
  validate(config: Settings): Promise<readonly RefusedField[]>
  /** The settings as registered, `${provider:...}` unresolved; undefined when there is no such connector. */
  config(name: string): Promise<Settings | undefined>
  /** Creates or updates. */
  put(name: string, config: Settings): Promise<void>
  /** Undefined when there is no such connector, or it has not started yet. */
  state(name: string): Promise<ConnectorState | undefined>
  /** Restarts the failed connector and tasks (KIP-745). */
  restartFailed(name: string): Promise<void>
  /** Ends its tasks and keeps its settings (KIP-875). */
  stop(name: string): Promise<void>
  resume(name: string): Promise<void>
  /** Whether it has stored offsets; undefined when there is no such connector. */
  hasOffsets(name: string): Promise<boolean | undefined>
  /** Deletes the offsets of a stopped connector, so that it starts with a snapshot. */
  forgetOffsets(name: string): Promise<void>
}

/** Statuses of a worker that is not ready: a rebalance (409), starting (503), or no leader yet (500). */
const BUSY = new Set([409, 500, 502, 503, 504])
const REQUEST_TIMEOUT_MS = 70_000

const Validation = z.object({
  configs: z.array(
    z.object({ value: z.object({ name: z.string(), errors: z.array(z.string()).default([]) }) }),
  ),
})

const Offsets = z.object({ offsets: z.array(z.looseObject({})) })

/**
 * Every call throws FactsError: CONNECT_UNAVAILABLE when no server answers at the URL or the worker is busy with a
 * rebalance, NOT_AUTHORIZED when it rejects the credentials, CONNECTOR_REFUSED when it rejects the request. Nothing is
 * retried here.
 */
export function connectClient(
  service: RestService,
  fetchFrom: typeof fetch = fetch,
): ConnectClient {
  const { base, headers } = restAddress(service)
  const path = (name: string): string => `/connectors/${encodeURIComponent(name)}`

  async function request(method: string, resource: string, body?: Settings): Promise<unknown> {
    let response: Response
    let text: string
    try {
      response = await fetchFrom(base + resource, {
        method,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      text = await response.text()
    } catch (cause) {
      throw new FactsError(
        'CONNECT_UNAVAILABLE',
        `Kafka Connect does not answer at ${base} (${reason(cause)}). Start it (${startServices}) or set connect.url / FACTS_CONNECT_URL.`,
        { cause },
      )
    }
    if (response.status === 404) return undefined
    if (response.status === 401 || response.status === 403)
      throw unauthorized(base, response.status)
    const content = parse(text)
    if (response.ok) return content
    const said = z.object({ message: z.string() }).safeParse(content)
    const message = said.success ? said.data.message : text.slice(0, 300)
    if (BUSY.has(response.status)) {
      throw new FactsError(
        'CONNECT_UNAVAILABLE',
        `Kafka Connect at ${base} cannot serve ${method} ${resource} now: ${message} (${response.status}).`,
      )
    }
    throw new FactsError(
      'CONNECTOR_REFUSED',
      `Kafka Connect at ${base} refused ${method} ${resource}: ${message} (${response.status}).`,
    )
  }

  return {
    async validate(config) {
      const plugin = config['connector.class'] ?? ''
      const answer = await request(
        'PUT',
        `/connector-plugins/${encodeURIComponent(plugin)}/config/validate`,
        config,
      )
      if (answer === undefined) {
        throw new FactsError(
          'CONNECTOR_REFUSED',
          `Kafka Connect at ${base} does not have the plugin "${plugin}". Install it into the worker's plugin.path.`,
        )
      }
      return expected(Validation, answer, 'the validation')
        .configs.map(({ value }) => ({ field: value.name, reasons: value.errors }))
        .filter(({ reasons }) => reasons.length > 0)
    },
    async config(name) {
      const answer = await request('GET', `${path(name)}/config`)
      return answer === undefined
        ? undefined
        : expected(z.record(z.string(), z.string()), answer, 'the settings')
    },
    async put(name, config) {
      await request('PUT', `${path(name)}/config`, config)
    },
    async state(name) {
      const answer = await request('GET', `${path(name)}/status`)
      return answer === undefined ? undefined : expected(ConnectorStateSchema, answer, 'the status')
    },
    async restartFailed(name) {
      await request('POST', `${path(name)}/restart?includeTasks=true&onlyFailed=true`)
    },
    async stop(name) {
      await request('PUT', `${path(name)}/stop`)
    },
    async resume(name) {
      await request('PUT', `${path(name)}/resume`)
    },
    async hasOffsets(name) {
      const answer = await request('GET', `${path(name)}/offsets`)
      return answer === undefined
        ? undefined
        : expected(Offsets, answer, 'the offsets').offsets.length > 0
    },
    async forgetOffsets(name) {
      await request('DELETE', `${path(name)}/offsets`)
    },
  }
}

/** Error of any request to Connect that is answered with 401 or 403. */
function unauthorized(base: string, status: number): FactsError {
  return new FactsError(
    'NOT_AUTHORIZED',
    `Kafka Connect at ${base} rejects the credentials (${status}). Set connect.username and connect.password (FACTS_CONNECT_USERNAME, FACTS_CONNECT_PASSWORD) to a user with the rights for this.`,
  )
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function expected<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  throw new FactsError(
    'CONNECT_UNAVAILABLE',
    `The server is not a supported Kafka Connect: ${what} has no ${result.error.issues[0]?.path.join('.') ?? 'known shape'}. Check connect.url / FACTS_CONNECT_URL.`,
  )
}

/** The message of fetch is only "fetch failed"; its cause has the reason. */
function reason(error: unknown): string {
  const { name, message, cause } = error as Partial<Error> & {
    readonly cause?: { readonly code?: string; readonly message?: string }
  }
  if (name === 'TimeoutError') return 'timed out'
  return cause?.code ?? cause?.message ?? message ?? String(error)
}
