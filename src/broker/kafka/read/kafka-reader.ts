import { FactsError } from '../../../errors'
import type { LogRecord } from '../../../topology/record'
import type { Reader, StartPosition, TopicPartition } from '../../ports'
import { allSettled } from '../client/all-settled'
import { byLeader } from '../client/by-leader'
import { EndOffsets } from './end-offsets'
import type { KafkaClientOptions } from '../client/kafka-client'
import type { PartitionPosition } from './fetch-committed'
import { fetchCommitted } from './fetch-committed'
import type { KafkaCluster } from '../client/kafka-cluster'
import { kafkaCluster } from '../client/kafka-cluster'
import { translateKafkaError } from '../client/kafka-errors'
import { KafkaRecord } from '../client/kafka-record'
import type { PartitionEnds } from './read-positions'
import { ReadPositions } from './read-positions'

const MAX_BYTES = 8 * 1024 * 1024
const MAX_BYTES_PER_PARTITION = 1024 * 1024
const RETRY_MS = 200
/** Milliseconds that a reader waits for its topics to exist. */
const TOPIC_DEADLINE_MS = 10_000
/** Milliseconds that it waits for leaders: after a broker failure they are missing until broker.session.timeout.ms, 9 s by default. */
const START_DEADLINE_MS = 30_000
/** Milliseconds after which an added partition is read at the latest, plus one waiting request. */
const METADATA_AGE_MS = 5_000
/** Milliseconds without progress after which catching up fails, and between two log lines about it. */
const QUIET_MS = 30_000
const SLOW_MS = 10_000

/**
 * Reads whole topics, committed records only, outside any group: one fetch loop per leader. Two connections, because
 * a broker answers one request of a connection at a time and a waiting fetch would delay the request for the end offset.
 */
export class KafkaReader implements Reader {
  private readonly cluster: KafkaCluster
  private readonly ends: EndOffsets
  private readonly positions = new ReadPositions()
  private loop: Promise<void> | undefined
  private stopping = false
  private failure: FactsError | undefined
  /** Whether all partitions are read, later ones from their beginning; otherwise only the named ones. */
  private readsAll = true

  constructor(
    private readonly options: KafkaClientOptions,
    private readonly topics: readonly string[],
  ) {
    this.cluster = kafkaCluster(options, METADATA_AGE_MS)
    this.ends = new EndOffsets(kafkaCluster(options, METADATA_AGE_MS), topics)
  }

  async start(
    onRecords: (records: readonly LogRecord[]) => void,
    from: StartPosition = 'earliest',
  ): Promise<void> {
    this.readsAll = typeof from !== 'object'
    this.positions.start(await this.startingPositions(from))
    this.loop = this.run(onRecords)
  }

  /** Retries for a newly created topic, which may have no leader, or not be known to every broker yet. */
  private async startingPositions(from: StartPosition): Promise<PartitionEnds> {
    const began = Date.now()
    const deadlines = new Map([
      ['TOPIC_MISSING', began + TOPIC_DEADLINE_MS],
      ['BROKER_UNAVAILABLE', began + START_DEADLINE_MS],
    ])
    for (;;) {
      try {
        await this.cluster.connect()
        await this.cluster.know(this.topics)
        await this.ends.connect()
        if (typeof from === 'object') return from
        return await (from === 'latest' ? this.ends.latest() : this.ends.earliest())
      } catch (error) {
        const known = translateKafkaError(error, 'BROKER_UNAVAILABLE')
        if (this.stopping || Date.now() > (deadlines.get(known.code) ?? 0)) throw known
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  async catchUp(): Promise<void> {
    let ends
    try {
      ends = await this.ends.latest()
      await this.addMissing(
        [...ends].flatMap(([topic, partitions]) =>
          [...partitions.keys()].map((partition) => ({ topic, partition })),
        ),
      )
    } catch (error) {
      throw translateKafkaError(error, 'BROKER_UNAVAILABLE')
    }
    if (this.failure !== undefined) throw this.failure
    await this.reached(ends)
  }

  /** Fails without progress, as an outage: the caller retries, and sends group heartbeats in between. */
  private async reached(ends: PartitionEnds): Promise<void> {
    if (this.positions.missing(ends) === undefined) return
    const quiet = new AbortController()
    let last = ''
    let movedAt = performance.now()
    const timer = setInterval(() => {
      const missing = this.positions.missing(ends)
      if (missing === undefined) return
      const { topic, partition, offset, end } = missing
      const reached = `${topic}/${partition}/${offset}`
      if (reached !== last) movedAt = performance.now()
      last = reached
      const at = { topic, partition, position: Number(offset), end: Number(end) }
      this.options.logger.warn(at, 'Catching up with the end of a topic')
      if (performance.now() - movedAt < QUIET_MS) return
      const message = `No records arrived from the partition for ${QUIET_MS / 1_000} s, although it ends at ${end}.`
      quiet.abort(new FactsError('BROKER_UNAVAILABLE', message, { topic, partition, offset }))
    }, SLOW_MS)
    try {
      await this.positions.reached(ends, quiet.signal)
    } finally {
      clearInterval(timer)
    }
  }

  /** Adds partitions that were added to a topic since the reading began. */
  private async addMissing(partitions: readonly TopicPartition[]): Promise<void> {
    if (!this.readsAll) return
    const isNew = ({ topic, partition }: TopicPartition): boolean =>
      !this.positions.has(topic, partition)
    const added = partitions.filter(isNew)
    if (added.length === 0) return
    this.positions.add(await this.ends.earliest())
    const read = added.filter((one) => !isNew(one))
    if (read.length > 0) this.options.logger.info({ partitions: read }, 'Partitions were added')
  }

  async stop(): Promise<void> {
    this.stopping = true
    this.positions.abandon(new FactsError('BROKER_UNAVAILABLE', 'The reader was stopped.'))
    // First, so that nothing is tried again in an outage.
    await Promise.all([this.cluster.disconnect(), this.ends.disconnect()])
    await this.loop
  }

  private async run(onRecords: (records: readonly LogRecord[]) => void): Promise<void> {
    while (!this.stopping) {
      try {
        await this.cluster.know(this.topics)
        await this.addMissing(
          this.topics.flatMap((topic) =>
            this.cluster
              .findTopicPartitionMetadata(topic)
              .map(({ partitionId }) => ({ topic, partition: partitionId })),
          ),
        )
        // Otherwise a fetch of this round would deliver its records after the next one has requested them again.
        const leaders = [...byLeader(this.cluster, this.positions.all())]
        await allSettled(leaders.map((leader) => this.fetch(leader, onRecords)))
      } catch (error) {
        if (!this.survives(error)) return
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        await this.cluster.refreshMetadata().catch(() => undefined)
      }
    }
  }

  private async fetch(
    [nodeId, positions]: readonly [string, readonly PartitionPosition[]],
    onRecords: (records: readonly LogRecord[]) => void,
  ): Promise<void> {
    const limits = { maxBytes: MAX_BYTES, maxBytesPerPartition: MAX_BYTES_PER_PARTITION }
    for (const batch of await fetchCommitted(this.cluster, { nodeId, positions, ...limits })) {
      const { topic, partition } = batch
      if (!batch.isEmpty())
        onRecords(batch.messages.map((message) => new KafkaRecord(topic, partition, message)))
      this.positions.advance(topic, partition, BigInt(batch.lastOffset()) + 1n)
    }
  }

  /** Continues after an outage; an error that requires an operator is thrown by the next `catchUp`. */
  private survives(error: unknown): boolean {
    if (this.stopping) return false
    const known = translateKafkaError(error, 'BROKER_UNAVAILABLE')
    if (known.remedy === 'retry') {
      this.options.logger.warn({ err: known, topics: this.topics }, 'Reading failed; retrying')
      return true
    }
    this.failure = known
    this.positions.abandon(known)
    return false
  }
}
