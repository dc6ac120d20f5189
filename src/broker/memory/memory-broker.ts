import { EventEmitter } from 'node:events'
import { FactsError } from '../../errors'
import type { LogRecord, OutputRecord } from '../../topology/record'
import { measureRecords } from '../kafka/kafkajs/record-writer'
import type { AppendedBatch, CommittedOffset, OffsetToCommit } from '../ports'
import { BATCH_HEADER_BYTES, DEFAULT_MAX_MESSAGE_BYTES } from '../record-size'
import type { MemoryTransactionState } from './memory-partition'
import { MemoryPartition } from './memory-partition'

type Settings = Readonly<Record<string, string>>

interface ProducerState {
  epoch: number
  open: OpenTransaction | undefined
  /** Leader epochs in the producer's metadata. */
  leaders: Map<MemoryPartition, number>
}

interface OpenTransaction {
  readonly state: MemoryTransactionState
  readonly partitions: Set<MemoryPartition>
  readonly offsets: { readonly groupId: string; readonly offset: OffsetToCommit }[]
}

/**
 * The broker of the in-memory log: topics, producer epochs, transactions and committed offsets. Several logs may share one
 * broker, as several processes share a cluster. Emits `change` whenever readers may see more.
 */
export class MemoryBroker extends EventEmitter<{ change: [] }> {
  private readonly topics = new Map<string, MemoryPartition[]>()
  private readonly settings = new Map<string, Readonly<Record<string, string>>>()
  private readonly producers = new Map<string, ProducerState>()
  private readonly committedOffsets = new Map<string, CommittedOffset>()

  constructor() {
    super()
    this.setMaxListeners(0)
  }

  /** Settings by Kafka's own names; only max.message.bytes has an effect. */
  createTopic(name: string, partitions: number, settings: Settings = {}): boolean {
    if (this.topics.has(name)) return false
    this.settings.set(name, settings)
    this.topics.set(
      name,
      Array.from({ length: partitions }, (_, index) => new MemoryPartition(name, index)),
    )
    return true
  }

  deleteTopic(name: string): void {
    this.topics.delete(name)
  }

  /** Like kafka-topics.sh --alter --partitions. A log with held metadata does not see them yet. */
  addPartitions(name: string, partitions: number): void {
    const known = this.topics.get(name) ?? []
    for (let index = known.length; index < partitions; index += 1) {
      known.push(new MemoryPartition(name, index))
    }
    this.emit('change')
  }

  /** Compacts like the log cleaner: removes all but the last value of each key, and keys whose last value is null. */
  compact(name: string): void {
    for (const partition of this.topics.get(name) ?? []) partition.compact()
  }

  /** Moves the leader of the partition: each producer's next batch for it is rejected. */
  moveLeader(topic: string, partition: number): void {
    this.partition(topic, partition).leaderEpoch += 1
  }

  /** Like kafka-configs.sh --alter --add-config. */
  alterTopic(name: string, settings: Settings): void {
    this.settings.set(name, { ...this.settings.get(name), ...settings })
  }

  /** The topic's setting, or the broker's default. */
  settingOf(topic: string, name: string): string | undefined {
    return this.settings.get(topic)?.[name] ?? BROKER_SETTINGS[name]
  }

  partitionCounts(): ReadonlyMap<string, number> {
    return new Map([...this.topics].map(([topic, partitions]) => [topic, partitions.length]))
  }

  partitionsOf(topic: string): readonly MemoryPartition[] | undefined {
    return this.topics.get(topic)
  }

  partition(topic: string, partition: number): MemoryPartition {
    const found = this.topics.get(topic)?.[partition]
    if (found === undefined) {
      throw new FactsError(
        'TOPIC_MISSING',
        `There is no partition ${partition} of topic ${topic}.`,
        { topic, partition },
      )
    }
    return found
  }

  /** Appends committed records, as a producer without transactions would; readers see all of them at once. */
  append(...records: readonly OutputRecord[]): void {
    for (const record of records) {
      this.partition(record.topic, record.partition).append(record, { outcome: 'committed' })
    }
    this.emit('change')
  }

  /** The committed records of a topic, by partition and offset. */
  read(topic: string): readonly LogRecord[] {
    return (this.partitionsOf(topic) ?? []).flatMap(
      (partition) => partition.read(0, Number.MAX_SAFE_INTEGER).records,
    )
  }

  /** InitProducerId: a new epoch, which aborts the previous owner's open transaction. */
  initProducer(transactionalId: string): number {
    const state = this.producers.get(transactionalId) ?? newProducer()
    this.producers.set(transactionalId, state)
    this.end(state, 'aborted')
    state.epoch += 1
    state.leaders = new Map()
    return state.epoch
  }

  begin(transactionalId: string, epoch: number): void {
    const state = this.owned(transactionalId, epoch)
    if (state.open !== undefined)
      throw unknownOutcome(transactionalId, 'a transaction is already open')
    state.open = { state: { outcome: 'open' }, partitions: new Set(), offsets: [] }
  }

  send(
    transactionalId: string,
    epoch: number,
    records: readonly OutputRecord[],
  ): readonly AppendedBatch[] {
    const open = this.openOf(transactionalId, epoch)
    const { leaders } = this.owned(transactionalId, epoch)
    const batches = new Map<MemoryPartition, OutputRecord[]>()
    for (const record of records) {
      const target = this.partition(record.topic, record.partition)
      const batch = batches.get(target)
      if (batch === undefined) batches.set(target, [record])
      else batch.push(record)
    }
    const appended: AppendedBatch[] = []
    let refusal: FactsError | undefined
    for (const [target, batch] of batches) {
      open.partitions.add(target)
      const { topic, partition } = target
      // A broker rejects partitions individually, and appends to the others.
      const refused =
        movedLeader(target, leaders) ??
        tooLarge(target, batch, Number(this.settingOf(topic, 'max.message.bytes')))
      refusal ??= refused
      if (refused !== undefined) continue
      let end = 0n
      for (const record of batch) end = target.append(record, open.state)
      appended.push({ topic, partition, end })
    }
    this.emit('change')
    if (refusal !== undefined) throw refusal
    return appended
  }

  addOffsets(
    transactionalId: string,
    epoch: number,
    groupId: string,
    offsets: readonly OffsetToCommit[],
  ): void {
    const open = this.openOf(transactionalId, epoch)
    for (const offset of offsets) {
      if (offset.metadata.length > OFFSET_METADATA_MAX) throw metadataTooLarge(offset)
      open.offsets.push({ groupId, offset })
    }
  }

  endTransaction(transactionalId: string, epoch: number, outcome: 'committed' | 'aborted'): void {
    const state = this.owned(transactionalId, epoch)
    if (state.open === undefined) throw unknownOutcome(transactionalId, 'no transaction is open')
    this.end(state, outcome)
  }

  committed(groupId: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.committedOffsets.get(offsetKey(groupId, topic, partition))
  }

  private end(state: ProducerState, outcome: 'committed' | 'aborted'): void {
    const open = state.open
    if (open === undefined) return
    open.state.outcome = outcome
    for (const partition of open.partitions) partition.appendMarker()
    if (outcome === 'committed') {
      for (const { groupId, offset } of open.offsets) {
        const { topic, partition, offset: position, metadata } = offset
        this.committedOffsets.set(offsetKey(groupId, topic, partition), {
          offset: position,
          metadata,
        })
      }
    }
    state.open = undefined
    this.emit('change')
  }

  private owned(transactionalId: string, epoch: number): ProducerState {
    const state = this.producers.get(transactionalId)
    if (state?.epoch !== epoch) {
      throw new FactsError(
        'PRODUCER_FENCED',
        `Another producer has taken over the transactional id ${transactionalId}.`,
        { task: transactionalId },
      )
    }
    return state
  }

  private openOf(transactionalId: string, epoch: number): OpenTransaction {
    const { open } = this.owned(transactionalId, epoch)
    if (open === undefined) throw unknownOutcome(transactionalId, 'no transaction is open')
    return open
  }
}

const newProducer = (): ProducerState => ({ epoch: -1, open: undefined, leaders: new Map() })

/** A former leader rejects the batch, and the producer refreshes its metadata. */
function movedLeader(
  target: MemoryPartition,
  leaders: Map<MemoryPartition, number>,
): FactsError | undefined {
  const { topic, partition, leaderEpoch } = target
  const known = leaders.get(target) ?? leaderEpoch
  leaders.set(target, leaderEpoch)
  if (known === leaderEpoch) return undefined
  const message = 'This server is not the leader for that topic-partition.'
  return new FactsError('TRANSACTION_UNKNOWN', message, { topic, partition })
}

/** The brokers' defaults. */
const BROKER_SETTINGS: Settings = { 'max.message.bytes': String(DEFAULT_MAX_MESSAGE_BYTES) }

/** offset.metadata.max.bytes of the brokers, which count characters. */
const OFFSET_METADATA_MAX = 4_096

/** Kafka's size of a batch: its header and the records with their headers. */
function tooLarge(
  { topic, partition }: MemoryPartition,
  records: readonly OutputRecord[],
  limit: number,
): FactsError | undefined {
  const bytes = BATCH_HEADER_BYTES + measureRecords(records, 0).size
  if (bytes <= limit) return undefined
  return new FactsError(
    'BATCH_TOO_LARGE',
    `A batch of ${bytes} bytes is larger than max.message.bytes of the topic, ${limit}.`,
    { topic, partition },
  )
}

const metadataTooLarge = ({ topic, partition, metadata }: OffsetToCommit): FactsError =>
  new FactsError(
    'BROKER_REFUSED',
    `The metadata of the offset has ${metadata.length} characters, more than offset.metadata.max.bytes, ${OFFSET_METADATA_MAX}.`,
    { topic, partition },
  )

const offsetKey = (groupId: string, topic: string, partition: number): string =>
  JSON.stringify([groupId, topic, partition])

const unknownOutcome = (transactionalId: string, why: string): FactsError =>
  new FactsError(
    'TRANSACTION_UNKNOWN',
    `The transaction of ${transactionalId} cannot continue: ${why}.`,
    { task: transactionalId },
  )
