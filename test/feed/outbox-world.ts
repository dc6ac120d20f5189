import { sampleApp } from '../support/sample-config'
import { wildapp } from '../../src/wildapp/gen/messages'
import { waitFor } from '../support/wait-for'
import type { FactForm } from './fact-form'
import type { WorldOptions, WrittenFact } from './feed-world'
import { FeedWorld } from './feed-world'
import type { SseClient } from './sse-client'

const { Event } = wildapp.event.v1

export const EVENTS = '/events'
export const OUTBOX: FactForm = {
  feed: 'outbox',
  topic: 'wildapp.event.facts',
  table: 'wildapp_event',
  type: Event,
  fullName: 'wildapp.event.v1.Event',
  outbox: sampleApp.outbox!.fields,
}

export interface WrittenEvent {
  readonly id: number | bigint
  readonly kind?: WrittenFact['kind']
  readonly type?: string
  readonly subscriber?: string
  readonly payload?: string
  readonly patchOf?: bigint
}

export interface SentEvent {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** A feed of events on an in-memory log, with its server on a free port. */
export class OutboxWorld {
  private constructor(readonly feed: FeedWorld) {}

  static async start(options: WorldOptions = {}): Promise<OutboxWorld> {
    return new OutboxWorld(await FeedWorld.start({ partitions: 1, form: OUTBOX, ...options }))
  }

  /** Commits rows of the outbox in this order, regardless of their numbers. */
  insert(...events: readonly WrittenEvent[]): Promise<void> {
    const facts = events.map(({ id, ...event }) => ({
      kind: 'created',
      type: 'insert',
      payload: `{"n": ${id}}`,
      ...event,
      id: BigInt(id),
    }))
    return this.feed.write(...(facts as readonly WrittenFact[]))
  }

  /** A session of the consumer; closed with the world. */
  session(
    consumer: string,
    query = '',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SseClient> {
    return this.feed.follow(`${EVENTS}${query}`, { 'x-consumer-id': consumer, ...headers })
  }

  /** The same, once it is at the head. */
  async live(consumer: string, query = ''): Promise<SseClient> {
    const session = await this.session(consumer, query)
    await this.standing(session)
    return session
  }

  /** At the head the first id without an event comes. */
  async standing(session: SseClient): Promise<void> {
    await waitFor('the session to be live', () => /(^|\n)id: [\w-]{40,}\n/.test(session.raw))
  }

  /** The session's events, once there are so many. */
  events(session: SseClient, count: number): Promise<readonly SentEvent[]> {
    return session.next(count)
  }

  async numbers(session: SseClient, count: number): Promise<readonly number[]> {
    return (await session.next(count)).map(({ id }) => Number(id))
  }

  /** Status and body of a request that is refused. */
  async refusal(
    query: string,
    headers: Readonly<Record<string, string>> = { 'x-consumer-id': 'team-a' },
  ): Promise<readonly [number, Readonly<Record<string, unknown>>]> {
    const response = await this.feed.get(`${EVENTS}${query}`, { headers })
    if (response.ok) {
      await response.body?.cancel()
      return [response.status, {}]
    }
    return [response.status, (await response.json()) as Readonly<Record<string, unknown>>]
  }
}
