import { FactsError, toFactsError } from '../../errors'
import type { Log, PartitionOffsets, Reader } from '../../broker/ports'
import type { Logger } from '../../telemetry'
import type { LogRecord } from '../../topology/record'
import { MAX_PARTITIONS } from '../cursor/cursor'
import type { FeedDefinition } from './feed-definition'
import { samePositions } from '../cursor/position'
import { isPrefix, isStill } from './same-history'
import type { FactStore } from '../store/fact-store'
import { KeptStore } from '../store/kept-store'
import { Trouble } from './trouble'
import { within } from '../within'

export interface FollowerOptions {
  readonly definition: FeedDefinition
  readonly log: Pick<Log, 'admin' | 'reader' | 'readRange'>
  readonly folder: string
  readonly logger: Logger
  /** Milliseconds between checks of the topic's offsets. */
  readonly pollMs: number
  /** Receives the store once it agrees with the topic; again whenever it was rebuilt. */
  readonly onStore: (store: FactStore) => void
  readonly onRecords: (records: readonly LogRecord[]) => void
  /** Called after each check of the topic: undefined when everything committed before was delivered, else the reason. */
  readonly onTrouble: (trouble: FactsError | undefined) => void
}

const DEADLINE_MS = 10_000
/** Timeout of operations with their own deadline. */
const LONG_MS = 600_000
/** Rows that are trimmed at a time, so that other work gets a turn. */
const TRIM_ROWS = 1_000
/** Checks of the offsets between two comparisons of a partition's facts. */
const COMPARE_LOOKS = 5
/** Errors that require an operator; all others are retried. */
const FINAL: ReadonlySet<unknown> = new Set([
  'STORE_TAKEN',
  'STATE_UNAVAILABLE',
  'CONFIG_INVALID',
  'NOT_AUTHORIZED',
  'NOT_AUTHENTICATED',
  'TLS_FAILED',
])

/** Keeps a store current with its topic: opens it, compares it with the topic, continues at its end, trims it. */
export class Follower {
  private fail: (error: FactsError) => void = () => undefined
  /** Resolves with an error that requires an operator. */
  readonly failed = new Promise<FactsError>((resolve) => (this.fail = resolve))
  private readonly stopping = new AbortController()
  private running: Promise<void> | undefined
  private readonly kept: KeptStore
  private readonly trouble: Trouble
  /** The store that was passed to `onStore`. */
  private store: FactStore | undefined
  /** Set once it has begun to read: before, it would count as caught up. */
  private reader: Reader | undefined
  private broken: FactsError | undefined
  /** Whether the store belongs to a deleted topic. */
  private isForeign = false
  private looks = 0
  /** Failures since the topic was last followed; the first retry is immediate. */
  private failures = 0
  /** Ends the pause between two checks. */
  private wake: () => void = () => undefined

  constructor(private readonly options: FollowerOptions) {
    const { definition, folder, logger, onTrouble } = options
    this.trouble = new Trouble(definition.name, logger, onTrouble)
    const onDamage = (): void =>
      this.break(new FactsError('STATE_CORRUPT', "The feed's store is damaged."))
    this.kept = new KeptStore({ folder, topic: definition.topic, logger, onDamage })
  }

  start(): void {
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
    this.kept.close()
  }

  /** Resolves when everything that was committed before the call was delivered. Throws the error that prevents it. */
  async catchUp(): Promise<void> {
    if (this.reader === undefined) throw new Error('not reading')
    await this.reader.catchUp()
    if (this.broken !== undefined) throw this.broken
  }

  private async run(): Promise<void> {
    while (!this.isStopping()) {
      try {
        await this.follow()
      } catch (error) {
        if (this.isStopping()) return
        const known = toFactsError(error)
        this.trouble.report(known)
        if (FINAL.has(known.code)) {
          this.fail(known)
          return
        }
        if (this.failures > 0) await this.pause()
        this.failures += 1
      }
    }
  }

  private async follow(): Promise<void> {
    const { topic, partitions } = this.options.definition
    const { log, onStore } = this.options
    this.broken = undefined
    const offsets = await this.within(log.admin.offsets(topic))
    if (partitions !== undefined && offsets.size !== partitions) {
      throw new FactsError(
        'PARTITIONS_CHANGED',
        `${topic} has ${offsets.size} partitions, but its order requires ${partitions}. Recreate it with "facts provision".`,
        { topic },
      )
    }
    if (offsets.size > MAX_PARTITIONS) {
      throw new FactsError(
        'CONFIG_INVALID',
        `${topic} has ${offsets.size} partitions, and a feed serves ${MAX_PARTITIONS} at most: each cursor holds a position in all of them. Recreate the topic with fewer (topics.partitions).`,
        { topic },
      )
    }
    const store = this.kept.open(offsets.size)
    const isCopy =
      !this.isForeign && (await this.within(isPrefix({ log, topic, store }, offsets), LONG_MS))
    if (!isCopy) {
      store.clear()
      store.beginAt(lowsOf(offsets))
      this.isForeign = false
    }
    if (!isCopy || store !== this.store) onStore(store)
    this.store = store
    const reader = log.reader([topic])
    try {
      const from = new Map(store.seen().entries())
      const started = reader.start((records) => this.take(records), new Map([[topic, from]]))
      await this.within(started, LONG_MS)
      this.reader = reader
      while (!this.isStopping()) {
        await this.look(store, reader)
        await this.pause()
      }
    } finally {
      this.reader = undefined
      await reader.stop()
    }
  }

  /** Handler of the reader; must not throw. */
  private take(records: readonly LogRecord[]): void {
    if (this.broken !== undefined) return
    try {
      this.options.onRecords(records)
    } catch (error) {
      this.break(toFactsError(error))
    }
  }

  /** Stops reading and starts over. */
  private break(error: FactsError): void {
    if (this.broken !== undefined) return
    this.broken = error
    this.trouble.report(error)
    this.wake()
  }

  /** Checks the topic's first and last offsets. Throws errors that end this reading; an outage does not. */
  private async look(store: FactStore, reader: Reader): Promise<void> {
    const { log, definition } = this.options
    this.kept.refuseGone()
    // Read before the request: records ingested during it are after the end offsets in its response.
    const seen = store.seen()
    let offsets: ReadonlyMap<number, PartitionOffsets>
    try {
      offsets = await this.within(log.admin.offsets(definition.topic))
      await this.readUp(store, reader)
    } catch (error) {
      if (this.broken !== undefined) throw this.broken
      if (error instanceof FactsError && error.remedy !== 'retry') throw error
      this.trouble.report(toFactsError(error, 'BROKER_UNAVAILABLE'))
      return
    }
    if (this.broken !== undefined) throw this.broken
    const isBehind = seen.some((at, partition) => (offsets.get(partition)?.high ?? 0n) < at)
    if (isBehind || offsets.size !== store.positions().length) throw this.another()
    await this.compareOne(store, offsets)
    store.setSeen(new Map([...offsets].map(([partition, { high }]) => [partition, high])))
    for (const [partition, { low }] of offsets) {
      while (!this.isStopping() && !store.trim(partition, low, TRIM_ROWS)) await turn()
    }
    this.failures = 0
    this.trouble.report(undefined)
  }

  /** Waits as long as there is progress: reading a whole topic takes longer than the timeout of an outage. */
  private async readUp(store: FactStore, reader: Reader): Promise<void> {
    const caughtUp = reader.catchUp()
    for (;;) {
      const before = store.positions()
      try {
        await this.within(caughtUp)
        return
      } catch (error) {
        if (this.broken !== undefined || samePositions(before, store.positions())) throw error
      }
    }
  }

  /** A topic that was recreated and has grown past the old position differs from the old one only in its facts. */
  private async compareOne(
    store: FactStore,
    offsets: ReadonlyMap<number, PartitionOffsets>,
  ): Promise<void> {
    this.looks += 1
    if (this.looks % COMPARE_LOOKS !== 0) return
    const { log, definition } = this.options
    const { topic } = definition
    const partition = (this.looks / COMPARE_LOOKS) % offsets.size
    const { low } = offsets.get(partition) ?? { low: 0n }
    const same = await this.within(isStill({ log, topic, store }, partition, low)).catch(() => true)
    if (!same) throw this.another()
  }

  private another(): FactsError {
    this.isForeign = true
    const { topic } = this.options.definition
    const message =
      'The topic was recreated. The store is rebuilt from it, and open streams end with `history-broken`.'
    return new FactsError('OFFSET_OUT_OF_RANGE', message, { topic })
  }

  /** Rejects when the follower is stopped. */
  private within<T>(work: Promise<T>, ms = DEADLINE_MS): Promise<T> {
    return within(ms, work, this.stopping.signal)
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted
  }

  private pause(): Promise<void> {
    const { signal } = this.stopping
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, this.options.pollMs)
      this.wake = done
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const lowsOf = (offsets: ReadonlyMap<number, PartitionOffsets>): readonly bigint[] =>
  Array.from({ length: offsets.size }, (_, partition) => offsets.get(partition)?.low ?? 0n)
