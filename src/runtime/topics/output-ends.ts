import { FactsError } from '../../errors'
import type { AppendedBatch, PartitionOffsets } from '../../broker/ports'

/** Remedy when outputs are lost; run by test/runtime/topics/outputs-gone.test.ts. */
export const REBUILD =
  'Start under a new application id (FACTS_PIPELINE_APPLICATION_ID, after "facts provision" with it): it reads the captured topics from their beginning and produces every fact again. If those no longer have every row, run "facts resync --snapshot" afterwards.'

/**
 * The known end offsets of output partitions: nothing may be appended before them. That happens when the topic was deleted and
 * recreated, or when a leader without the last records was elected.
 */
export class OutputEnds {
  private readonly ends = new Map<string, bigint>()

  opened(topic: string, offsets: ReadonlyMap<number, PartitionOffsets>): void {
    for (const [partition, { high }] of offsets) this.ends.set(keyOf({ topic, partition }), high)
  }

  /** Throws OUTPUT_LOST. */
  check(appended: Iterable<AppendedBatch>): void {
    for (const { topic, partition, end } of appended) {
      const known = this.ends.get(keyOf({ topic, partition }))
      if (known === undefined || end > known) continue
      throw new FactsError(
        'OUTPUT_LOST',
        `Records were appended to partition ${partition} of ${topic} up to offset ${end.toString()}, but it had ended at ${known.toString()} before: the topic was deleted and recreated, or its last records were lost with a broker. The state of each row says that its fact exists, so nothing would write it again. This batch was not committed. ${REBUILD}`,
        { topic, partition, offset: end },
      )
    }
  }

  /** Takes over the ends of a committed transaction. */
  take(appended: Iterable<AppendedBatch>): void {
    for (const { topic, partition, end } of appended) {
      const key = keyOf({ topic, partition })
      if (this.ends.has(key)) this.ends.set(key, end)
    }
  }
}

const keyOf = ({ topic, partition }: Pick<AppendedBatch, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`
