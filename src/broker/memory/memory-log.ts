import { FactsError } from '../../errors'
import type {
  GroupConsumerOptions,
  Log,
  LogAdmin,
  PartitionOffsets,
  PartitionRange,
  ProducerTransaction,
  RangeHandler,
  Reader,
  TransactionalProducer,
} from '../ports'
import { MemoryBroker } from './memory-broker'
import { MemoryConsumer } from './memory-consumer'
import { MemoryGroup } from './memory-group'
import { memoryReader } from './memory-reader'
import { MetadataView } from './metadata-view'

const GROUPS = new WeakMap<MemoryBroker, Map<string, MemoryGroup>>()

/** The in-memory log, for fast tests of the shipped runtime. Logs on one broker see each other, as processes would. */
export class MemoryLog implements Log {
  readonly admin: LogAdmin
  private readonly view: MetadataView

  constructor(readonly broker: MemoryBroker = new MemoryBroker()) {
    this.view = new MetadataView(broker)
    this.admin = memoryAdmin(broker)
  }

  /**
   * Test hook: this client's metadata is not refreshed until it is released, as for up to `metadata.max.age.ms`. Its readers, and
   * groups that it leads, see the partitions of this time; the admin queries the broker each time.
   */
  holdMetadata(): void {
    this.view.hold()
  }

  releaseMetadata(): void {
    this.view.release()
  }

  groupConsumer(options: GroupConsumerOptions): MemoryConsumer {
    const groups = GROUPS.get(this.broker) ?? new Map<string, MemoryGroup>()
    GROUPS.set(this.broker, groups)
    const group = groups.get(options.groupId) ?? new MemoryGroup()
    groups.set(options.groupId, group)
    return new MemoryConsumer(this.broker, group, options, this.view)
  }

  async readRange(
    { topic, partition, from, to }: PartitionRange,
    onRecords: RangeHandler,
  ): Promise<void> {
    const log = this.broker.partition(topic, partition)
    if (from < BigInt(log.low) || from > BigInt(log.high)) {
      throw new FactsError('OFFSET_OUT_OF_RANGE', 'The offset is not in the log.', {
        topic,
        partition,
        offset: from,
      })
    }
    if (from >= to) return
    const { records } = log.read(Number(from), Number(to - from))
    await onRecords(records, to)
  }

  reader(topics: readonly string[]): Reader {
    return memoryReader(this.broker, this.view, topics)
  }

  producer(transactionalId: string): Promise<TransactionalProducer> {
    return Promise.resolve(memoryProducer(this.broker, transactionalId))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function memoryAdmin(broker: MemoryBroker): LogAdmin {
  return {
    partitionCounts(topics) {
      const counts = new Map<string, number>()
      for (const topic of topics) {
        const partitions = broker.partitionsOf(topic)
        if (partitions !== undefined) counts.set(topic, partitions.length)
      }
      return Promise.resolve(counts)
    },
    createTopics(topics) {
      const created = topics.filter(({ name, partitions, config }) =>
        broker.createTopic(name, partitions, config),
      )
      return Promise.resolve(created.map((topic) => topic.name))
    },
    topicSetting(topics, name) {
      const values = new Map<string, string>()
      for (const topic of topics) {
        const value =
          broker.partitionsOf(topic) === undefined ? undefined : broker.settingOf(topic, name)
        if (value !== undefined) values.set(topic, value)
      }
      return Promise.resolve(values)
    },
    offsets(topic) {
      const partitions = broker.partitionsOf(topic)
      if (partitions === undefined) {
        return Promise.reject(
          new FactsError('TOPIC_MISSING', `Topic ${topic} does not exist.`, { topic }),
        )
      }
      return Promise.resolve(
        new Map<number, PartitionOffsets>(
          partitions.map((p) => [p.partition, { low: BigInt(p.low), high: BigInt(p.lastStable) }]),
        ),
      )
    },
    committed: (groupId, topic, partition) =>
      Promise.resolve(broker.committed(groupId, topic, partition)),
  }
}

function memoryProducer(broker: MemoryBroker, id: string): TransactionalProducer {
  const epoch = broker.initProducer(id)
  const attempt = <T>(step: () => T): Promise<T> => new Promise((resolve) => resolve(step()))
  const transaction: ProducerTransaction = {
    send: (records) => attempt(() => broker.send(id, epoch, records)),
    commitOffsets: (groupId, offsets) =>
      attempt(() => broker.addOffsets(id, epoch, groupId, offsets)),
    commit: () => attempt(() => broker.endTransaction(id, epoch, 'committed')),
    abort: () => attempt(() => broker.endTransaction(id, epoch, 'aborted')),
  }
  return {
    begin: () => attempt(() => broker.begin(id, epoch)).then(() => transaction),
    settled: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}
