// Below its public surface, whose class parses every schema and does not ask for compatibility: pinned exactly in package.json.
import createApi from '@kafkajs/confluent-schema-registry/dist/api'
import { FactsError } from '../../errors'
import type { RestService } from '../../config/rest-config'
import { restAddress } from '../../config/rest-config'
import type { RegisteredSchema, Schema, SchemaStore } from './schema-store'

const CLIENT = 'facts'
/** Time-out of a request, in milliseconds; a registry that needs longer is unavailable. */
const TIMEOUT_MS = 10_000

/** One call of the client's REST interface; it parses nothing locally. */
type Call = (parameters: Readonly<Record<string, unknown>>) => Promise<{ data(): unknown }>

interface Api {
  readonly Schema: { readonly find: Call }
  readonly Subject: {
    readonly registered: Call
    readonly register: Call
    readonly updateConfig: Call
    readonly compatible: Call
  }
}

/**
 * A Confluent-compatible schema registry over REST. Protobuf is not encoded by the client library: its
 * encoding is not Confluent's format, and it cannot parse files that import google/protobuf.
 * Nothing is retried here: an outage is REGISTRY_UNAVAILABLE, whose remedy is to retry.
 */
export class SchemaRegistry implements SchemaStore {
  /** URL without user and password, because messages contain it. */
  private readonly url: string
  private readonly api: Api

  /** `url` is the base of the Confluent API, for example http://localhost:8081/apis/ccompat/v7. */
  constructor(service: RestService) {
    const { base, user } = restAddress(service)
    this.url = base
    const auth = user === undefined ? {} : { auth: user }
    this.api = createApi({
      host: this.url,
      clientId: CLIENT,
      retry: { retries: 0 },
      ...auth,
    }) as unknown as Api
  }

  async find(subject: string, schema: Schema): Promise<RegisteredSchema | undefined> {
    const doing = `looking for the schema of subject ${subject}`
    const found = await this.call(this.api.Subject.registered, { subject, ...body(schema) }, doing)
    return found === undefined ? undefined : registered(found, doing)
  }

  async register(subject: string, schema: Schema): Promise<RegisteredSchema> {
    const before = await this.find(subject, schema)
    if (before !== undefined) return before
    const doing = `registering the schema of subject ${subject}`
    // Set before the first version, so that no incompatible one can be registered in between.
    const level = { subject, body: { compatibility: 'BACKWARD' } }
    const set = await this.call(this.api.Subject.updateConfig, level, doing)
    const made = await this.call(this.api.Subject.register, { subject, ...body(schema) }, doing)
    const after = await this.find(subject, schema)
    if (set !== undefined && made !== undefined && after !== undefined) return after
    throw new FactsError(
      'SCHEMA_REFUSED',
      `${this.url} did not store the schema of subject ${subject}: it is not found after registering. Check that registry.url is the base of a Confluent-compatible API.`,
    )
  }

  /** Whether the schema would be accepted as the next version of the subject, which may have none yet. Read-only. */
  async isCompatible(subject: string, schema: Schema): Promise<boolean> {
    const doing = `asking whether the schema of subject ${subject} is compatible`
    const found = await this.call(
      this.api.Subject.compatible,
      { subject, version: 'latest', ...body(schema) },
      doing,
    )
    if (found === undefined) return true
    if (typeof found['is_compatible'] !== 'boolean') throw this.unexpected(doing)
    return found['is_compatible']
  }

  async textOf(id: number): Promise<string | undefined> {
    const doing = `reading schema ${id}`
    const found = await this.call(this.api.Schema.find, { id }, doing)
    if (found === undefined) return undefined
    if (typeof found['schema'] !== 'string') throw this.unexpected(doing)
    return found['schema']
  }

  /** The response as an object; undefined for 404. */
  private async call(
    send: Call,
    parameters: Readonly<Record<string, unknown>>,
    doing: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    let answer: unknown
    try {
      answer = (await send({ ...parameters, timeout: TIMEOUT_MS })).data()
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw this.failure(error, doing)
    }
    if (typeof answer !== 'object' || answer === null) throw this.unexpected(doing)
    return answer as Readonly<Record<string, unknown>>
  }

  private failure(cause: unknown, doing: string): FactsError {
    const status = statusOf(cause)
    const text = cause instanceof Error ? cause.message : String(cause)
    const said = text.replace(`${CLIENT} - `, '').replace(/\.$/, '')
    // The client library reports a request without a response as status 400 without a registry's message.
    const silent = /^Error, status 400: ?/
    if (status === undefined || (status === 400 && silent.test(said))) {
      const reason = said.replace(silent, '')
      return new FactsError(
        'REGISTRY_UNAVAILABLE',
        `The schema registry at ${this.url} did not answer while ${doing}: ${reason}. Check that it runs and that registry.url is right.`,
        { cause },
      )
    }
    if (status >= 500 || status === 408 || status === 429) {
      return new FactsError(
        'REGISTRY_UNAVAILABLE',
        `The schema registry at ${this.url} failed with status ${status} while ${doing}: ${said}`,
        { cause },
      )
    }
    return new FactsError(
      isWho(status) ? 'NOT_AUTHORIZED' : 'SCHEMA_REFUSED',
      `The schema registry at ${this.url} refused with status ${status} while ${doing}: ${said}. ${remedy(status)}`,
      { cause },
    )
  }

  private unexpected(doing: string): FactsError {
    return new FactsError(
      'SCHEMA_REFUSED',
      `The response of ${this.url} while ${doing} is not one of a schema registry. Check that registry.url is the base of a Confluent-compatible API.`,
    )
  }
}

/** Whether the status concerns authentication or authorization. */
const isWho = (status: number): boolean => status === 401 || status === 403

function remedy(status: number): string {
  if (status === 409)
    return 'Readers of the old schema could not read the new one: keep the numbers and types of existing fields and only add new ones, or give the changed message a new package version and topic.'
  if (isWho(status))
    return 'Set registry.username and registry.password (FACTS_REGISTRY_USERNAME, FACTS_REGISTRY_PASSWORD) to a user with this right.'
  return 'Correct the schema in proto/ and generate again.'
}

const body = ({ text, references }: Schema): { readonly body: unknown } => ({
  body: { schemaType: 'PROTOBUF', schema: text, references },
})

function registered(answer: Readonly<Record<string, unknown>>, doing: string): RegisteredSchema {
  const { id, version } = answer
  if (typeof id === 'number' && typeof version === 'number') return { id, version }
  throw new FactsError(
    'SCHEMA_REFUSED',
    `The schema registry's response while ${doing} has no id and version.`,
  )
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { readonly status?: unknown } | null)?.status
  return typeof status === 'number' ? status : undefined
}
