import type { Log, PartitionOffsets } from '../../broker/ports'
import { checkOf } from '../store/fact-row'
import type { FactStore } from '../store/fact-store'

/** A store and the topic that it should be a copy of. */
export interface Compared {
  readonly log: Pick<Log, 'readRange'>
  readonly topic: string
  readonly store: FactStore
}

/** Partitions that are compared concurrently, each over its own connection. */
const TOGETHER = 8

/** False when the store is not a copy of a prefix of the topic, or the topic has deleted records that the store has not read. */
export async function isPrefix(
  compared: Compared,
  offsets: ReadonlyMap<number, PartitionOffsets>,
): Promise<boolean> {
  const seen = compared.store.seen()
  const partitions = [...offsets]
  const isWithin = partitions.every(([partition, { low, high }]) => {
    const at = seen[partition] ?? 0n
    return at >= low && at <= high
  })
  if (!isWithin) return false
  for (let from = 0; from < partitions.length; from += TOGETHER) {
    const some = partitions.slice(from, from + TOGETHER)
    const same = some.map(([partition, { low }]) => isSame(compared, partition, low))
    if (!(await Promise.all(same)).every(Boolean)) return false
  }
  return true
}

/** Compares the last fact of a partition with the topic's, unless the topic has deleted it. */
async function isSame(compared: Compared, partition: number, low: bigint): Promise<boolean> {
  const { store } = compared
  const { next } = store.positions()[partition] ?? { next: 0n }
  const last = store.rowBefore(partition, next)
  if (last === undefined || last.offset < low) return true
  return (await checkAt(compared, partition, last.offset)) === last.check
}

/**
 * Whether the first fact of a partition is still the topic's, or was deleted. KafkaJS cannot request the id of a topic, and a
 * recreated one may have grown past the position in the old one.
 */
export async function isStill(
  compared: Compared,
  partition: number,
  low: bigint,
): Promise<boolean> {
  const first = compared.store.rowAt(partition, low)
  if (first === undefined) return true
  const found = await checkAt(compared, partition, first.offset)
  return found === undefined || found === first.check
}

/** Check of the topic's fact at the offset; undefined when it has none. */
async function checkAt(
  { log, topic }: Compared,
  partition: number,
  offset: bigint,
): Promise<number | undefined> {
  let check: number | undefined
  await log.readRange({ topic, partition, from: offset, to: offset + 1n }, (records) => {
    const [record] = records
    if (record?.key != null) check = checkOf(record.key, record.value)
    return Promise.resolve(false)
  })
  return check
}
