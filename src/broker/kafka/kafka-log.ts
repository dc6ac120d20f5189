import type {
  GroupConsumer,
  GroupConsumerOptions,
  Log,
  PartitionRange,
  RangeHandler,
  Reader,
  TransactionalProducer,
} from '../ports'
import { KafkaAdmin } from './admin/kafka-admin'
import type { KafkaClientOptions } from './client/kafka-client'
import { KafkaGroupConsumer } from './consume/kafka-consumer'
import { openKafkaProducer } from './transact/kafka-producer'
import { readKafkaRange } from './read/kafka-range'
import { KafkaReader } from './read/kafka-reader'

/** Implements the log on a Kafka cluster. */
export class KafkaLog implements Log {
  readonly admin: KafkaAdmin

  constructor(private readonly options: KafkaClientOptions) {
    this.admin = new KafkaAdmin(options)
  }

  groupConsumer(options: GroupConsumerOptions): GroupConsumer {
    return new KafkaGroupConsumer(this.options, options)
  }

  readRange(range: PartitionRange, onRecords: RangeHandler): Promise<void> {
    return readKafkaRange(this.options, range, onRecords)
  }

  reader(topics: readonly string[]): Reader {
    return new KafkaReader(this.options, topics)
  }

  producer(transactionalId: string, timeoutMs?: number): Promise<TransactionalProducer> {
    return openKafkaProducer(this.options, transactionalId, timeoutMs)
  }

  close(): Promise<void> {
    return this.admin.close()
  }
}
