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
  /** Keys that the topic holds an output of, as far as processors remember. */
  readonly published: Iterable<Buffer>
  /** Whether this is the one of the topic's tasks that says what concerns all of them. */
  readonly says: boolean
}

/** A partition of no more offsets may hold nothing but markers of transactions. */
const FEW = 1_000n
/** Keys between two turns of other work. */
const KEYS_AT_ONCE = 1_000

/**
 * Compares an output topic with what is remembered of it, before anything is added to it. Throws OUTPUT_LOST when a partition
 * that must hold outputs holds none, though nothing but a person could have removed them; logs what may be wrong.
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
    // Its beginning has moved since it was asked for.
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
    `Partition ${partition} of ${topic} holds nothing, but rows are known whose facts were written to it: ${what}. Nothing would make those facts again. ${REBUILD}`,
    { topic, partition, key: key.toString() },
  )
  if (retention === 'none') throw error
  logger.error({ topic, partition, err: error }, error.message)
}

/** Says when records at the beginning of a topic that keeps everything are gone. */
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

/** Whether the topic's own settings remove records. */
async function retentionOf({ log, topic }: OutputsHoldOptions): Promise<Retention> {
  const ask = async (name: string): Promise<string | undefined> =>
    (await log.admin.topicSetting([topic], name)).get(topic)
  const policy = await ask('cleanup.policy')
  if (policy === undefined) return 'unknown'
  if (!policy.includes('delete')) return 'none'
  const limits = [await ask('retention.ms'), await ask('retention.bytes')]
  return limits.every((limit) => limit === undefined || limit === '-1') ? 'none' : 'limited'
}
