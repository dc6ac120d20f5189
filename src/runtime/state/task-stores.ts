import { randomUUID } from 'node:crypto'
import { FactsError } from '../../errors'
import type { Log } from '../../broker/ports'
import type { Logger, Metrics } from '../../telemetry'
import type { Stores } from '../../topology/processor'
import type { StateStore } from '../../topology/store'
import { changelogTopic } from '../../topology/internal-topics'
import type { TransactionWriter } from '../commit/transaction'
import type { BatchLimits } from '../commit/batch-limits'
import { checkSize } from '../commit/batch-limits'
import { changelogBytes, changelogRecord, originOf, originRecord } from './changelog'
import type { CommittedLayout } from '../topics/layout-metadata'
import type { RestoreOptions } from './restorer'
import { restoreStore } from './restorer'
import { StagedStore } from './staged-store'
import type { Changes, StateBackend, TaskDatabase } from './state-backend'

export interface TaskStoresOptions {
  readonly applicationId: string
  readonly taskId: string
  readonly partition: number
  readonly names: readonly string[]
  /** Stores that are restored completely rather than brought up to date. */
  readonly small?: ReadonlySet<string>
  readonly backend: StateBackend
  readonly limits: BatchLimits
  readonly log: Log
  readonly logger: Logger
  readonly metrics: Metrics
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Milliseconds after which the checkpoint of an unchanged store is refreshed. */
const REFRESH_MS = 600_000
/** Changes that are written, to the transaction or to disk, before other work gets a turn. */
const WRITTEN_AT_ONCE = 1_000
const APPLIED_AT_ONCE = 5_000

/** Yields to other work; throws when the task was lost during the yield. */
type Turn = () => Promise<void>

interface Store {
  readonly name: string
  readonly changelog: string
  readonly staged: StagedStore
  /** Identity of the changelog partition; undefined while it is empty. */
  origin: string | undefined
  /** Changelog offset of the copy on disk, and when it was last known to be complete. */
  offset: bigint
  at: number
}

/**
 * The stores of one task. Life cycle: `open` (after the transactional id was initialised, so that no other process writes the
 * changelogs) → records → `write` into the transaction → `committed`, or `discard` when it failed.
 */
export class TaskStores {
  private readonly stores: readonly Store[]
  private database: TaskDatabase | undefined

  constructor(private readonly options: TaskStoresOptions) {
    this.stores = options.names.map((name) => {
      const changelog = changelogTopic(options.applicationId, name)
      const check = (key: string, value: Buffer): void => {
        checkSize(changelog, changelogBytes(key, value), options.limits)
      }
      const staged = new StagedStore(name, () => this.opened(), check)
      return { name, changelog, staged, origin: undefined, offset: 0n, at: 0 }
    })
  }

  /** The stores for the processors. */
  get views(): Stores {
    return new Map(this.stores.map(({ name, staged }) => [name, staged]))
  }

  view(name: string): StateStore {
    const store = this.stores.find((candidate) => candidate.name === name)
    if (store === undefined) throw new Error(`there is no store ${name}`)
    return store.staged
  }

  /**
   * Opens the copy on disk and brings it up to the end of the changelogs. `fits` checks them against the ones at the time of the
   * committed offset; another changelog throws STATE_LOST.
   */
  async open(fits: CommittedLayout['fits'], alive: RestoreOptions['alive']): Promise<void> {
    const { backend, taskId, names } = this.options
    this.database = backend.open(taskId, names)
    for (const store of this.stores) {
      const now = this.now()
      const ends = (await this.options.log.admin.offsets(store.changelog)).get(
        this.options.partition,
      )
      if (ends === undefined) throw this.lost(store, 'has no such partition')
      store.origin = await this.readOrigin(store, ends.low, ends.high)
      if (!fits(store.name, store.origin)) {
        throw this.lost(store, 'is not the one that the position was committed with')
      }
      const { database } = this
      const { log, logger, metrics, partition } = this.options
      const { changelog, name, origin } = store
      store.offset = await restoreStore({
        log,
        logger,
        metrics,
        database,
        alive,
        taskId,
        store: name,
        changelog,
        partition,
        origin,
        low: ends.low,
        high: ends.high,
        now,
        isSmall: this.options.small?.has(name) === true,
      })
      store.at = now
    }
  }

  /** The record at hand is good: what it wrote belongs to the transaction. */
  keep(): void {
    for (const { staged } of this.stores) staged.keep()
  }

  /** Undoes the writes of the current record, which becomes a dead letter. */
  undo(): void {
    for (const { staged } of this.stores) staged.undo()
  }

  /** Adds the stores' changes to the transaction; yields in between when there are many. */
  async write(writer: TransactionWriter, turn: Turn): Promise<void> {
    const { partition } = this.options
    let written = 0
    for (const store of this.stores) {
      const { changelog, staged } = store
      if (store.origin === undefined && staged.changes.size > 0) {
        store.origin = randomUUID()
        writer.add(originRecord(changelog, partition, store.origin))
      }
      for (const [key, value] of staged.changes) {
        writer.add(changelogRecord(changelog, partition, key, value))
        written += 1
        if (written % WRITTEN_AT_ONCE > 0) continue
        await writer.room()
        await turn()
      }
    }
  }

  /** Identities of the changelogs, to be committed with the offset. */
  get origins(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.stores.flatMap(({ name, origin }) => (origin === undefined ? [] : [[name, origin]])),
    )
  }

  /**
   * Writes the changes of a committed transaction to disk. Many are written in pieces, with yields in between; the checkpoint
   * moves with the last one, so an interrupted copy reads the same changes from the changelog again.
   */
  async committed(writer: TransactionWriter, turn: Turn): Promise<void> {
    const now = this.now()
    for (const store of this.stores) {
      const { changes } = store.staged
      // The commit proves that no other process has written the changelogs since.
      const isOld = now - store.at > REFRESH_MS
      if ((changes.size > 0 || isOld) && store.origin !== undefined) {
        let piece: Changes = changes
        if (changes.size > APPLIED_AT_ONCE) piece = await this.applyPieces(store, changes, turn)
        // Without an end offset from the broker the checkpoint stays: the next start reads a little more.
        store.offset = writer.end(store.changelog, this.options.partition) ?? store.offset
        store.at = now
        this.apply(store, piece)
      }
      store.staged.committed()
    }
  }

  /** Applies all but the last piece, at the old checkpoint, and returns the last. */
  private async applyPieces(store: Store, changes: Changes, turn: Turn): Promise<Changes> {
    let piece = new Map<string, Buffer | null>()
    for (const [key, value] of changes) {
      if (piece.size === APPLIED_AT_ONCE) {
        this.apply(store, piece)
        piece = new Map()
        await turn()
      }
      piece.set(key, value)
    }
    return piece
  }

  private apply({ name, origin = '', offset, at }: Store, changes: Changes): void {
    if (this.opened().apply(name, changes, { origin, offset, at })) return
    throw new FactsError('PRODUCER_FENCED', 'Another process has taken over the state.', {
      task: this.options.taskId,
    })
  }

  /** Discards uncommitted changes, and releases the copy on disk. */
  discard(): void {
    for (const { staged } of this.stores) staged.discard()
    this.database?.close()
    this.database = undefined
  }

  /** Deletes the copy on disk: the next `open` restores it completely. */
  forget(): void {
    for (const { name } of this.stores) this.database?.clear(name)
  }

  private async readOrigin(
    { changelog }: Store,
    low: bigint,
    high: bigint,
  ): Promise<string | undefined> {
    const { log, partition } = this.options
    if (low >= high) return undefined
    let origin: string | undefined
    // The first record, after those of aborted transactions.
    await log.readRange({ topic: changelog, partition, from: low, to: high }, (records) => {
      origin = records.map(originOf).find((found) => found !== undefined)
      return Promise.resolve(records.length === 0)
    })
    return origin
  }

  private now(): number {
    return this.options.now?.() ?? Date.now()
  }

  private opened(): TaskDatabase {
    if (this.database === undefined) throw new Error('the stores are not open')
    return this.database
  }

  private lost({ changelog }: Store, why: string): FactsError {
    return new FactsError(
      'STATE_LOST',
      `The changelog ${changelog} ${why}: it was deleted or recreated, and the state of each key is lost with it. Nothing was processed. Start under a new application id, which gets new topics, or restore the changelog.`,
      { topic: changelog, partition: this.options.partition, task: this.options.taskId },
    )
  }
}
