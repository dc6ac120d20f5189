import { rmSync } from 'node:fs'
import { FactsError, toFactsError } from '../errors'
import type { Log, PartitionOffsets, Reader } from '../log/log'
import type { Logger } from '../telemetry'
import type { LogRecord } from '../topology/record'
import type { FeedDefinition } from './feed-definition'
import { checkOf } from './store/fact-row'
import { FactStore } from './store/fact-store'
import { within } from './within'

export interface FollowerOptions {
  readonly definition: FeedDefinition
  readonly log: Pick<Log, 'admin' | 'reader' | 'readRange'>
  readonly folder: string
  readonly logger: Logger
  /** Milliseconds. */
  readonly pollMs: number
  /** A store that agrees with the log; again whenever it had to be built anew. */
  readonly onStore: (store: FactStore) => void
  readonly onRecords: (records: readonly LogRecord[]) => void
  /** Told after each look at the log. */
  readonly onReachable: (reachable: boolean) => void
}

const DEADLINE_MS = 10_000
/** Rows that are trimmed in one go, so that others get their turn. */
const TRIM_ROWS = 1_000

/** Keeps a store in step with its topic: opens it, compares it with the log, reads on from where it ends, trims it. */
export class Follower {
  private fail: (error: FactsError) => void = () => undefined
  /** Resolves with what a person has to mend. */
  readonly failed = new Promise<FactsError>((resolve) => (this.fail = resolve))
  private readonly stopping = new AbortController()
  private running: Promise<void> | undefined
  private store: FactStore | undefined
  private reader: Reader | undefined
  private broken: FactsError | undefined
  private mustRebuild = false
  /** Ends the pause between two looks. */
  private wake: () => void = () => undefined

  constructor(private readonly options: FollowerOptions) {}

  start(): void {
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
    this.store?.close()
  }

  /** Resolves when everything that was committed before the call was handed over. */
  catchUp(): Promise<void> {
    if (this.reader === undefined) return Promise.reject(new Error('not reading'))
    return this.reader.catchUp()
  }

  private async run(): Promise<void> {
    while (!this.isStopping()) {
      try {
        await this.follow()
      } catch (error) {
        const known = toFactsError(error)
        this.options.onReachable(false)
        if (known.code === 'STORE_TAKEN' || known.code === 'STATE_UNAVAILABLE') {
          this.fail(known)
          return
        }
        const { name } = this.options.definition
        this.options.logger.warn(
          { err: known, feed: name },
          'The feed cannot be followed; tried again',
        )
        await this.pause()
      }
    }
  }

  private async follow(): Promise<void> {
    const { topic, partitions } = this.options.definition
    const { log, onStore } = this.options
    this.broken = undefined
    const offsets = await log.admin.offsets(topic)
    if (partitions !== undefined && offsets.size !== partitions) {
      throw new FactsError(
        'PARTITIONS_CHANGED',
        `${topic} has ${offsets.size} partitions, and its order needs ${partitions}. Recreate it with "facts provision".`,
        { topic },
      )
    }
    const store = this.open(offsets.size)
    const isNew = store !== this.store
    this.store = store
    if (await this.isForeign(store, offsets)) {
      store.clear()
      store.beginAt(lowsOf(offsets))
      onStore(store)
    } else if (isNew) onStore(store)
    const reader = log.reader([topic])
    this.reader = reader
    try {
      const from = new Map(store.seen().entries())
      await reader.start((records) => this.take(records), new Map([[topic, from]]))
      while (!this.isStopping()) {
        await this.look(store, reader)
        await this.pause()
      }
    } finally {
      this.reader = undefined
      await reader.stop()
    }
  }

  /** A reader's handler must not throw. */
  private take(records: readonly LogRecord[]): void {
    if (this.broken !== undefined) return
    try {
      this.options.onRecords(records)
    } catch (error) {
      this.broken = toFactsError(error)
    }
  }

  /** Where the log begins and ends now. Throws what ends this reading; an outage does not. */
  private async look(store: FactStore, reader: Reader): Promise<void> {
    const { onReachable, log, definition } = this.options
    // As of before the question: what is taken in meanwhile stands behind the end that it is answered with.
    const seen = store.seen()
    let offsets: ReadonlyMap<number, PartitionOffsets>
    try {
      offsets = await within(DEADLINE_MS, log.admin.offsets(definition.topic))
      await within(DEADLINE_MS, reader.catchUp())
    } catch (error) {
      if (this.broken !== undefined) throw this.broken
      if (error instanceof FactsError && error.remedy !== 'retry') throw error
      onReachable(false)
      return
    }
    if (this.broken !== undefined) throw this.broken
    const isBehind = seen.some((at, partition) => (offsets.get(partition)?.high ?? 0n) < at)
    if (isBehind || offsets.size !== store.positions().length) {
      throw new FactsError(
        'OFFSET_OUT_OF_RANGE',
        'The topic is another one than it was.',
        definition,
      )
    }
    onReachable(true)
    store.setSeen(new Map([...offsets].map(([partition, { high }]) => [partition, high])))
    for (const [partition, { low }] of offsets) {
      while (!this.isStopping() && !store.trim(partition, low, TRIM_ROWS)) await turn()
    }
  }

  /** A damaged row anywhere in it means that it is built anew. */
  private newStore(partitions: number): FactStore {
    const { folder, definition } = this.options
    return new FactStore(folder, definition.topic, partitions, () => {
      this.mustRebuild = true
      this.broken ??= new FactsError('STATE_CORRUPT', "The feed's store is damaged.")
      this.wake()
    })
  }

  /** What cannot be opened, is of another topic or is known to be damaged makes room for an empty one. */
  private open(partitions: number): FactStore {
    const { folder, logger } = this.options
    if (this.store !== undefined && !this.mustRebuild) {
      if (this.store.positions().length === partitions) return this.store
    }
    this.store?.close()
    try {
      if (!this.mustRebuild) return this.newStore(partitions)
    } catch (error) {
      logger.warn({ err: error, folder }, "The feed's store cannot be used; it is built anew")
    }
    this.mustRebuild = false
    try {
      rmSync(folder, { recursive: true, force: true })
      return this.newStore(partitions)
    } catch (cause) {
      throw new FactsError(
        'STATE_UNAVAILABLE',
        `The feed's store in ${folder} cannot be opened: ${(cause as Error).message}. Check the disk and the folder's permissions, or choose another folder (FACTS_FEED_DIR).`,
        { cause },
      )
    }
  }

  /** True when the store is no copy of a prefix of the log, or the log has lost what it has not read yet. */
  private async isForeign(
    store: FactStore,
    offsets: ReadonlyMap<number, PartitionOffsets>,
  ): Promise<boolean> {
    const seen = store.seen()
    for (const [partition, { low, high }] of offsets) {
      const at = seen[partition] ?? 0n
      if (at < low || at > high) return true
      if (!(await this.isSame(store, partition, low))) return true
    }
    return false
  }

  /** Compares the last fact of a partition with the log's, unless the log has lost it. */
  private async isSame(store: FactStore, partition: number, low: bigint): Promise<boolean> {
    const { next } = store.positions()[partition] ?? { next: 0n }
    const last = store.rowBefore(partition, next)
    if (last === undefined || last.offset < low) return true
    let same = false
    const range = { topic: this.options.definition.topic, partition }
    await this.options.log.readRange(
      { ...range, from: last.offset, to: last.offset + 1n },
      (records) => {
        const [record] = records
        same = record?.key != null && checkOf(record.key, record.value) === last.check
        return Promise.resolve(false)
      },
    )
    return same
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
