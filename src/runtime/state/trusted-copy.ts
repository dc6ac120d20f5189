import type { LogAdmin } from '../../broker/ports'
import type { Checkpoint } from './state-backend'

/** Kafka's default. */
const DEFAULT_RETENTION_MS = 86_400_000
/** Records of a changelog that is read completely in a moment. */
const SMALL = 10_000n
/** Allowance for clock corrections, milliseconds. */
const CLOCK_MS = 60_000

export interface TrustedCopyOptions {
  readonly admin: LogAdmin
  readonly changelog: string
  /** First offset of the changelog partition, and its end. */
  readonly low: bigint
  readonly high: bigint
  /** Restores from the beginning whenever anything was added to the changelog since. */
  readonly isSmall: boolean
  readonly now: number
}

/**
 * Whether a copy can be brought up to date from the records added to its changelog since. Not when a tombstone may be missing
 * there: Kafka retains tombstones for `delete.retention.ms` after compaction, so an older copy would keep, or revive, deleted
 * keys. Half of that time is trusted, because restoring takes time, and compaction and clocks vary.
 */
export async function isTrusted(
  { offset, at }: Checkpoint,
  { admin, changelog, low, high, isSmall, now }: TrustedCopyOptions,
): Promise<boolean> {
  // The offset after the last record is that of its transaction marker.
  if (high - offset <= 1n) return true
  if (isSmall || high - low <= SMALL || at === undefined) return false
  const name = 'delete.retention.ms'
  const setting = (await admin.topicSetting([changelog], name)).get(changelog)
  const retention = setting === undefined ? DEFAULT_RETENTION_MS : Number(setting)
  const age = now - at
  return age >= -CLOCK_MS && age <= retention / 2
}
