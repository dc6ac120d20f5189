import { EventEmitter } from 'node:events'
import type { FactsError } from '../../errors'
import { describeError, toFactsError } from '../../errors'
import type { Log } from '../../broker/ports'
import type { FeedMetrics, Logger } from '../../telemetry'
import type { LogRecord } from '../../topology/record'
import type { FactDecoder } from '../image/fact-decoder'
import type { FeedDefinition } from '../ingest/feed-definition'
import { Follower } from '../ingest/follower'
import type { HeadReader } from './head-readers'
import { HeadReaders } from './head-readers'
import { History } from '../history/history'
import { Opening } from './opening'
import type { Position, Positions } from '../cursor/position'
import { reached, samePositions } from '../cursor/position'
import { DISK_FULL, Problem, isDiskFull } from '../problem'
import type { FactStore } from '../store/fact-store'
import { SubjectIndex } from '../store/subject-index'
import { Turn } from './turn'
import { within } from '../within'

export interface HubOptions {
  readonly definition: FeedDefinition
  readonly log: Pick<Log, 'admin' | 'reader' | 'readRange'>
  /** Folder of the store. */
  readonly folder: string
  readonly decoder: FactDecoder
  readonly logger: Logger
  readonly metrics: FeedMetrics
  /** Milliseconds between checks of the topic's offsets. */
  readonly pollMs: number
}

type Trouble = 'log' | 'registry'

interface HubEvents {
  /** `positions` has advanced. */
  moved: []
  lost: []
  restored: []
  /** The history is another one: earlier positions are invalid. */
  broken: []
}

/** How much is decoded at a time, so that other work gets a turn. */
const PUBLISH = { facts: 500, bytes: 4 * 1024 * 1024 }
const HEAD_DEADLINE_MS = 5_000
const RETRY_MS = 500

/** State of a feed, for operators. */
export interface FeedState {
  readonly state: 'opening' | 'reading up' | 'following' | 'waiting'
  /** What it waits for. */
  readonly detail?: string
}

/**
 * Follows one topic for any number of readers: ingests its records into the store, and delivers every change, in one
 * sequence, to the readers at the head.
 */
export class Hub extends EventEmitter<HubEvents> {
  /** Positions of the readers at the head. */
  positions: Positions = []
  readonly opening = new Opening()
  /** The error that prevents following the topic. */
  private trouble: FactsError | undefined
  /** The time before which everything committed was delivered. Milliseconds since 1970. */
  private completeUntil = Number.NEGATIVE_INFINITY
  private looking: Promise<unknown> | undefined
  /** Resolves with an error that requires an operator: the topic is no longer followed. */
  readonly failed: Promise<FactsError>
  private store: FactStore | undefined
  private reading: History | undefined
  private index: SubjectIndex | undefined
  private readonly headReaders = new HeadReaders()
  private readonly follower: Follower
  private publishing = false
  private readonly troubles = new Set<Trouble>()

  constructor(readonly options: HubOptions) {
    super()
    this.setMaxListeners(0)
    this.follower = new Follower({
      ...options,
      onStore: (store) => this.opened(store),
      onRecords: (records) => this.ingest(records),
      onTrouble: (trouble) => this.looked(trouble),
    })
    this.failed = this.follower.failed
  }

  start(): void {
    this.follower.start()
  }

  async stop(): Promise<void> {
    this.opening.stop()
    await this.index?.close()
    await this.follower.stop()
    this.store = undefined
  }

  /** False before the store has been compared with the topic. */
  get isOpen(): boolean {
    return this.store !== undefined
  }

  get isFollowing(): boolean {
    return this.isOpen && !this.isLost
  }

  /** Whether it follows its topic, and has read it to the end since it was opened. */
  get isReady(): boolean {
    return this.isFollowing && this.opening.isReadUp
  }

  get state(): FeedState {
    const { trouble } = this
    if (trouble !== undefined) return { state: 'waiting', detail: describeError(trouble) }
    if (this.troubles.has('registry'))
      return { state: 'waiting', detail: 'The schema registry does not answer.' }
    if (!this.isOpen) return { state: 'opening' }
    return { state: this.opening.isReadUp ? 'following' : 'reading up' }
  }

  /** Throws Problem `feed-starting` before the feed is open. */
  get history(): {
    readonly store: FactStore
    readonly changes: History
    /** Undefined when the feed has no indexes. */
    readonly index: SubjectIndex | undefined
  } {
    if (this.store === undefined || this.reading === undefined) {
      throw new Problem('feed-starting', 'The feed is being opened. Try again in a moment.')
    }
    return { store: this.store, changes: this.reading, index: this.index }
  }

  /**
   * Positions after everything that was committed before the call. Throws Problem `upstream-lost` when Kafka does not
   * answer.
   */
  async head(): Promise<Positions> {
    await this.opening.whole()
    const { store } = this.history
    if (this.isLost) throw lost(this.trouble)
    const began = Date.now()
    try {
      await within(HEAD_DEADLINE_MS, this.follower.catchUp())
      const target = store.positions()
      await within(HEAD_DEADLINE_MS, this.published(target))
    } catch (error) {
      throw lost(error)
    }
    if (store === this.store) this.completeUntil = Math.max(this.completeUntil, began)
    return [...this.positions]
  }

  /** Whether everything committed before the time was delivered. If unknown, a check is started: call again. */
  isCompleteUntil(time: number): boolean {
    if (this.completeUntil >= time) return true
    this.looking ??= this.head()
      .catch(() => undefined)
      .finally(() => (this.looking = undefined))
    return false
  }

  /** Adds a reader at the head, whose positions equal the hub's. */
  join(reader: HeadReader): void {
    this.headReaders.add(reader)
  }

  leave(reader: HeadReader): void {
    this.headReaders.delete(reader)
  }

  private opened(store: FactStore): void {
    const { decoder, metrics, definition, folder } = this.options
    const feed = definition.name
    if (definition.indexes.length > 0) {
      const fields = definition.indexes
      this.index ??= new SubjectIndex({ folder: `${folder}-index`, fields, decoder })
      this.index.follow(store)
    }
    const isAnother = this.store !== undefined
    this.store = store
    this.completeUntil = Number.NEGATIVE_INFINITY
    this.reading = new History(store, decoder, (count) => metrics.skipped.inc({ feed }, count))
    this.positions = store.positions()
    this.opening.opened()
    if (isAnother) this.emit('broken')
    this.emit('moved')
  }

  /** Called after each check of the topic. */
  private looked(trouble: FactsError | undefined): void {
    this.trouble = trouble
    this.setTrouble('log', trouble !== undefined)
    if (trouble === undefined) this.opening.readUp()
  }

  private ingest(records: readonly LogRecord[]): void {
    const { store } = this.history
    const { metrics, definition } = this.options
    const feed = definition.name
    const skipped = store.ingest(records)
    metrics.facts.inc({ feed }, records.length - skipped)
    if (skipped > 0) metrics.skipped.inc({ feed }, skipped)
    void this.publish()
  }

  private async publish(): Promise<void> {
    if (this.publishing) return
    this.publishing = true
    try {
      while (this.store !== undefined && !samePositions(this.positions, this.store.positions())) {
        await this.publishSome(this.store).catch((error: unknown) => this.waitOut(error))
      }
    } finally {
      this.publishing = false
    }
    // A snapshot that needs the index waits for it, and gets its error.
    await this.index?.advance().catch(() => undefined)
  }

  private async publishSome(store: FactStore): Promise<void> {
    const until = store.positions()
    if (this.headReaders.size === 0) {
      this.positions = until
      this.emit('moved')
      return
    }
    const read = await this.history.changes.read(this.positions, until, PUBLISH)
    this.setTrouble('registry', false)
    if (store !== this.store) return
    const positions: Position[] = [...this.positions]
    let turn = new Turn()
    for (const change of read.changes) {
      const { partition } = change
      const before = positions[partition] ?? change.position
      positions[partition] = change.position
      this.headReaders.take(change, positions, () => positions.with(partition, before))
      if (!turn.isOver) continue
      await this.moveTo([...positions])
      if (store !== this.store) return
      turn = new Turn()
    }
    await this.moveTo(read.positions)
  }

  /** Yields to other work. */
  private async moveTo(positions: Positions): Promise<void> {
    this.headReaders.flush(positions)
    this.positions = positions
    this.emit('moved')
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** The registry does not answer, or the store is damaged: the records are retried, not skipped. */
  private async waitOut(error: unknown): Promise<void> {
    const known = toFactsError(error)
    this.options.logger.warn(
      { err: known, feed: this.options.definition.name },
      'Facts cannot be delivered yet',
    )
    if (known.code === 'REGISTRY_UNAVAILABLE') this.setTrouble('registry', true)
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }

  private async published(target: Positions): Promise<void> {
    while (!reached(this.positions, target)) {
      await new Promise<void>((resolve) => this.once('moved', resolve))
    }
  }

  private setTrouble(trouble: Trouble, there: boolean): void {
    const { isLost } = this
    if (there) this.troubles.add(trouble)
    else this.troubles.delete(trouble)
    if (this.isLost === isLost) return
    this.options.metrics.upstream.set({ feed: this.options.definition.name }, isLost ? 1 : 0)
    this.emit(isLost ? 'restored' : 'lost')
  }

  private get isLost(): boolean {
    return this.troubles.size > 0
  }
}

/** Hides paths and disks, which are for operators only. */
const lost = (cause: unknown): Problem =>
  isDiskFull(cause)
    ? new Problem('disk-full', DISK_FULL)
    : new Problem(
        'upstream-lost',
        'Kafka is unreachable, so the end of the topic is unknown. Try again, or read from a cursor.',
      )
