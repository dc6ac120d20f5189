import type { Clock } from '../../src/client/clock'
import type { FeedEvent, FollowOptions, FollowState } from '../../src/client'
import { MemoryPosition, followFeed } from '../../src/client'
import { FEED } from '../feed/feed-world'
import { waitFor } from '../support/wait-for'

type Given<Client> = Pick<FollowOptions<Client>, 'url'> & Partial<FollowOptions<Client>>

/** A clock without waiting; its waits are recorded. */
export class QuickClock implements Clock {
  readonly waits: number[] = []
  readonly now = Date.now
  readonly random = Math.random

  readonly sleep = async (ms: number): Promise<void> => {
    this.waits.push(ms)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** One follower at work, and all that can be seen of it. */
export class Following<Client = undefined> {
  readonly seen: FeedEvent[] = []
  readonly states: FollowState[] = []
  readonly clock = new QuickClock()
  readonly abort = new AbortController()
  /** The error that it ended with; undefined when it just ended. */
  readonly ended: Promise<unknown>
  isEnded = false

  constructor(given: Given<Client>) {
    const running = followFeed<Client>({
      feed: FEED,
      clock: this.clock,
      signal: this.abort.signal,
      position: new MemoryPosition() as never,
      ...given,
      handle: async (event, client) => {
        await given.handle?.(event, client)
        this.seen.push(event)
      },
      onState: (state) => {
        this.states.push(state)
        given.onState?.(state)
      },
    })
    this.ended = running
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => (this.isEnded = true))
  }

  /** Each subject's events in their order, as `subject:quantity`. */
  get bySubject(): Record<string, string[]> {
    const subjects: Record<string, string[]> = {}
    for (const { data } of this.seen) {
      const { header, quantity } = data as {
        readonly header: { readonly subject: string }
        readonly quantity?: number
      }
      const { subject } = header
      ;(subjects[subject] ??= []).push(`${subject}:${quantity ?? 0}`)
    }
    return subjects
  }

  all<Name extends FollowState['state']>(
    name: Name,
  ): readonly Extract<FollowState, { readonly state: Name }>[] {
    return this.states.filter(
      (one): one is Extract<FollowState, { readonly state: Name }> => one.state === name,
    )
  }

  async saw(count: number): Promise<readonly FeedEvent[]> {
    await waitFor(`${count} events`, () => this.seen.length >= count || this.isEnded)
    return this.seen
  }

  async status(status: string): Promise<void> {
    await waitFor(
      `the status ${status}`,
      () => this.all('status').some((one) => one.status === status) || this.isEnded,
    )
  }

  async stop(): Promise<unknown> {
    this.abort.abort()
    return this.ended
  }
}
