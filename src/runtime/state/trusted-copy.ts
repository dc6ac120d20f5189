import type { LogAdmin } from '../../broker/ports'
import type { Checkpoint } from './state-backend'

/** Kafka's own, for a topic that does not say. */
const DEFAULT_RETENTION_MS = 86_400_000
/** A changelog of no more than that is read whole within a moment. */
const SMALL = 10_000n
/** Clocks are set right now and then. */
const CLOCK_MS = 60_000

export interface TrustedCopyOptions {
  readonly admin: LogAdmin
  readonly changelog: string
  /** First offset of the changelog partition, and its end. */
  readonly low: bigint
  readonly high: bigint
  /** Reads the changelog whole whenever anything was added to it since. */
  readonly isSmall: boolean
  readonly now: number
}

/**
 * Whether a copy can be brought up to date by what was added to its changelog since. Not when a removal may be missing
 * there: Kafka keeps the tombstones that compaction finds for `delete.retention.ms`, so a copy that is older would keep, or
 * revive, keys that are gone. Half of that time is trusted, because the reading takes time and compaction and clocks differ.
 */
export async function isTrusted(
  { offset, at }: Checkpoint,
  { admin, changelog, low, high, isSmall, now }: TrustedCopyOptions,
): Promise<boolean> {
  // The offset behind the last record is that of its transaction's marker.
  if (high - offset <= 1n) return true
  if (isSmall || high - low <= SMALL || at === undefined) return false
  const name = 'delete.retention.ms'
  const setting = (await admin.topicSetting([changelog], name)).get(changelog)
  const retention = setting === undefined ? DEFAULT_RETENTION_MS : Number(setting)
  const age = now - at
  return age >= -CLOCK_MS && age <= retention / 2
}
