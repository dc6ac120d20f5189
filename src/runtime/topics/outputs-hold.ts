import { FactsError, toFactsError } from '../../errors'
import type { Log, PartitionOffsets } from '../../broker/ports'
import type { Logger } from '../../telemetry'
import { partitionFor } from '../../topology/partitioner'
import { REBUILD } from './output-ends'

export interface OutputsHoldOptions {
  readonly log: Log
  readonly logger: Logger
  readonly topic: string
  readonly offsets: ReadonlyMap<number, PartitionOffsets>
  /** Keys with an output in the topic, as far as processors know. */
  readonly published: Iterable<Buffer>
  /** Whether this task is the one that logs for all tasks of the topic. */
  readonly says: boolean
}

/** A partition with at most this many offsets may contain only transaction markers. */
const FEW = 1_000n
/** Keys that are processed before other work gets a turn. */
const KEYS_AT_ONCE = 1_000

/**
 * Compares an output topic with the state, before anything is appended. Throws OUTPUT_LOST when a partition that must have
 * outputs is empty, although its retention cannot have deleted them; logs other suspicions.
 */
export async function outputsHold(options: OutputsHoldOptions): Promise<void> {
  const { offsets, published } = options
  const bare = new Set<number>()
  for (const [partition, { low, high }] of offsets) if (high - low <= FEW) bare.add(partition)
  let seen = 0
  if (bare.size > 0) {
    for (const key of published) {
      seen += 1
      if (seen % KEYS_AT_ONCE === 0) await new Promise(setImmediate)
      const partition = partitionFor(key, offsets.size)
      if (!bare.has(partition)) continue
      if (!(await holdsRecords(options, partition))) await refuse(options, partition, key)
      bare.delete(partition)
      if (bare.size === 0) break
    }
  }
  if (options.says) await sayDeleted(options)
}

async function holdsRecords(
  { log, topic, offsets }: OutputsHoldOptions,
  partition: number,
): Promise<boolean> {
  const { low = 0n, high = 0n } = offsets.get(partition) ?? {}
  let found = false
  if (low === high) return found
  try {
    await log.readRange({ topic, partition, from: low, to: high }, (records) => {
      found = records.length > 0
      return Promise.resolve(!found)
    })
  } catch (error) {
    // Its first offset has changed since it was fetched.
    if (toFactsError(error).code !== 'OFFSET_OUT_OF_RANGE') throw error
    return true
  }
  return found
}

async function refuse(options: OutputsHoldOptions, partition: number, key: Buffer): Promise<void> {
  const { topic, offsets, logger } = options
  const low = offsets.get(partition)?.low ?? 0n
  const retention = low === 0n ? 'none' : await retentionOf(options)
  if (retention === 'limited') return
  const what =
    low === 0n
      ? 'the topic was deleted and recreated'
      : `its records up to offset ${(low - 1n).toString()} were deleted`
  const error = new FactsError(
    'OUTPUT_LOST',
    `Partition ${partition} of ${topic} is empty, but the state has rows whose facts were written to it: ${what}. Nothing would write those facts again. ${REBUILD}`,
    { topic, partition, key: key.toString() },
  )
  if (retention === 'none') throw error
  logger.error({ topic, partition, err: error }, error.message)
}

/** Logs when the first records of a topic with unlimited retention were deleted. */
async function sayDeleted(options: OutputsHoldOptions): Promise<void> {
  const { topic, offsets, logger } = options
  const deleted = [...offsets].filter(([, { low, high }]) => low > 0n && high > low)
  if (deleted.length === 0 || (await retentionOf(options)) !== 'none') return
  const where = deleted.map(([partition, { low }]) => `${partition} before offset ${low}`)
  logger.error(
    { topic },
    `Records of ${topic} were deleted (partition ${where.join(', ')}), which its settings do not explain: facts of rows that have not changed since may be missing. ${REBUILD}`,
  )
}

type Retention = 'none' | 'limited' | 'unknown'

/** Whether the topic's retention or compaction deletes records. */
async function retentionOf({ log, topic }: OutputsHoldOptions): Promise<Retention> {
  const ask = async (name: string): Promise<string | undefined> =>
    (await log.admin.topicSetting([topic], name)).get(topic)
  const policy = await ask('cleanup.policy')
  if (policy === undefined) return 'unknown'
  if (!policy.includes('delete')) return 'none'
  const limits = [await ask('retention.ms'), await ask('retention.bytes')]
  return limits.every((limit) => limit === undefined || limit === '-1') ? 'none' : 'limited'
}
