import type { Log } from '../../broker/ports'
import type { Logger, Metrics } from '../../telemetry'
import { originOf } from './changelog'
import type { TaskDatabase } from './state-backend'
import { isTrusted } from './trusted-copy'

export interface RestoreOptions {
  readonly log: Log
  readonly logger: Logger
  readonly metrics: Metrics
  readonly database: TaskDatabase
  readonly taskId: string
  readonly store: string
  readonly changelog: string
  readonly partition: number
  /** Identity of the changelog; undefined when nothing was written to it yet. */
  readonly origin: string | undefined
  /** First offset of the changelog partition, and its end. */
  readonly low: bigint
  readonly high: bigint
  /** Reads the changelog whole whenever anything was added to it since the copy. */
  readonly isSmall: boolean
  /** When `high` was asked for. */
  readonly now: number
  /** Keeps the group's membership, and takes how far the store has come; throws when the membership is lost. */
  readonly alive: (store: string, position: bigint) => Promise<void>
}

/** Time between two lines of progress. */
const PROGRESS_MS = 2_000

/**
 * Brings a store's copy up to the end of its changelog and resolves with the offset it is at. A copy of another changelog,
 * one that has gone further than the changelog, or one that is too old for what compaction leaves is read again whole.
 */
export async function restoreStore(options: RestoreOptions): Promise<bigint> {
  const { database, logger, metrics, store, changelog, partition, origin, low, high, now } = options
  const checkpoint = database.checkpoint(store)
  const fits = checkpoint?.origin === origin && checkpoint !== undefined
  const isWithin = fits && checkpoint.offset >= low && checkpoint.offset <= high
  const { admin } = options.log
  const usable = isWithin && (await isTrusted(checkpoint, { ...options, admin }))
  if (!usable && checkpoint !== undefined) {
    logger.warn(
      { task: options.taskId, store, checkpoint: checkpoint.offset.toString() },
      isWithin
        ? 'The local state is older than the removals that its changelog still holds; it is restored from the beginning'
        : 'The local state is not a copy of this changelog; it is restored from the beginning',
    )
  }
  if (!usable) database.clear(store)
  if (origin === undefined) return high
  const from = usable ? checkpoint.offset : low
  // What is still to be read may hold removals from before now.
  const at = usable ? checkpoint.at : now
  let position = from
  let restored = 0
  let said = Date.now()
  const range = { topic: changelog, partition, from, to: high }
  await options.log.readRange(range, async (records, next) => {
    const changes = new Map<string, Buffer | null>()
    for (const record of records) {
      if (record.key === null || originOf(record) !== undefined) continue
      changes.set(record.key.toString(), record.value)
    }
    restored += changes.size
    position = next
    // In pieces, each with the offset behind it: a start that is cut off goes on from there.
    database.apply(store, changes, { origin, offset: next, at })
    if (Date.now() - said > PROGRESS_MS) {
      said = Date.now()
      const done = Number(((next - from) * 100n) / (high - from))
      logger.info({ task: options.taskId, store, done: `${done} %` }, 'Restoring state')
    }
    await options.alive(store, next)
    return true
  })
  database.apply(store, new Map(), { origin, offset: position, at: now })
  metrics.restored.inc({ store }, restored)
  logger.info({ task: options.taskId, store, from: Number(from), restored }, 'State restored')
  return position
}
