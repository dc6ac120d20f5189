import { FactsError } from '../../../errors'
import type { PartitionRange, RangeHandler } from '../../ports'
import type { KafkaClientOptions } from '../client/kafka-client'
import { byLeader } from '../client/by-leader'
import { fetchCommitted } from './fetch-committed'
import { kafkaCluster } from '../client/kafka-cluster'
import { translateKafkaError } from '../client/kafka-errors'
import { KafkaRecord } from '../client/kafka-record'
import type Batch from '../kafkajs/replacements/batch'

const MAX_BYTES = 4 * 1024 * 1024
/** Attempts per fetch, with pauses, before an outage is thrown: the caller redoes the whole. */
const ATTEMPTS = 20
const RETRY_MS = 200
/** Milliseconds without records from a partition after which an outage is thrown. */
const QUIET_MS = 30_000

/** Reads a range of one partition; see Log.readRange. */
export async function readKafkaRange(
  options: KafkaClientOptions,
  range: PartitionRange,
  onRecords: RangeHandler,
): Promise<void> {
  const { topic, partition, from, to } = range
  const cluster = kafkaCluster(options)
  let position = from
  let failures = 0
  let movedAt = performance.now()
  try {
    while (position < to) {
      let batch
      try {
        await cluster.connect()
        await cluster.know([topic])
        batch = await fetchFrom(position)
        failures = 0
      } catch (error) {
        const known = translateKafkaError(error, 'BROKER_UNAVAILABLE', { topic, partition })
        failures += 1
        if (known.remedy !== 'retry' || failures === ATTEMPTS) throw known
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        await cluster.refreshMetadata().catch(() => undefined)
        continue
      }
      if (batch === undefined) {
        if (performance.now() - movedAt < QUIET_MS) continue
        const message = `No records arrived from the partition for ${QUIET_MS / 1_000} s, although it should be read up to offset ${to}.`
        throw new FactsError('BROKER_UNAVAILABLE', message, { topic, partition, offset: position })
      }
      const records = batch.messages
        .map((message) => new KafkaRecord(topic, partition, message))
        .filter((record) => record.offset >= position && record.offset < to)
      position = BigInt(batch.lastOffset()) + 1n
      if (!(await onRecords(records, position < to ? position : to))) return
      movedAt = performance.now()
    }
  } finally {
    await cluster.disconnect()
  }

  /** Undefined when there is nothing yet. */
  async function fetchFrom(offset: bigint): Promise<Batch | undefined> {
    const limits = { maxBytes: MAX_BYTES, maxBytesPerPartition: MAX_BYTES }
    const [leader] = byLeader(cluster, [{ topic, partition, offset }])
    if (leader === undefined) return undefined
    const [nodeId, positions] = leader
    const [batch] = await fetchCommitted(cluster, { nodeId, positions, ...limits })
    return batch
  }
}
