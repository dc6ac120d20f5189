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
  /** Identity of the changelog; undefined while it is empty. */
  readonly origin: string | undefined
  /** First offset of the changelog partition, and its end. */
  readonly low: bigint
  readonly high: bigint
  /** Restores from the beginning whenever anything was added to the changelog since the copy. */
  readonly isSmall: boolean
  /** Time at which `high` was requested. */
  readonly now: number
  /** Sends group heartbeats and receives the store's progress; throws when the membership is lost. */
  readonly alive: (store: string, position: bigint) => Promise<void>
}

/** Milliseconds between two progress lines. */
const PROGRESS_MS = 2_000

/**
 * Brings a store's copy up to the end of its changelog and resolves with its offset. A copy of another changelog, one that is
 * ahead of the changelog, or one that is too old for the retained tombstones is restored from the beginning.
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
        ? 'The local state is older than the tombstones that its changelog retains; it is restored from the beginning'
        : 'The local state is not a copy of this changelog; it is restored from the beginning',
    )
  }
  if (!usable) database.clear(store)
  if (origin === undefined) return high
  const from = usable ? checkpoint.offset : low
  // Records still to be read may include older tombstones.
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
    // In pieces, each with the offset after it: an interrupted restore resumes there.
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
