import { schemas } from '../../src/wildapp/gen/schemas'
import { wildapp } from '../../src/wildapp/gen/messages'
import type { TransactionalProducer } from '../../src/broker/ports'
import type { OutputRecord } from '../../src/topology/record'
import { partitionFor } from '../../src/topology/partitioner'
import { primary } from '../../src/wildapp/facts/primary'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import type { ProtobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { SchemaRegistry } from '../../src/protobuf/registry/registry'
import type { Cluster } from '../cluster'
import { PARTITIONS } from '../input/topics'
import { primarySample } from '../primary-sample'
import { factId } from './fact-marker'
import { monotonicMicros } from './monotonic'

const { Primary } = wildapp.primary.v1
export const FACTS_TOPIC = primary.to.name
export const FEED = primary.name
const PER_TRANSACTION = 1_000

export interface WrittenFacts {
  readonly first: number
  readonly count: number
  /** When the transaction of each was acknowledged, CLOCK_MONOTONIC, microseconds. */
  readonly committed: readonly number[]
}

/** Writes facts as the pipeline does: protobuf, framed, in transactions. */
export class FactWriter {
  private next = 0

  private constructor(
    private readonly producer: TransactionalProducer,
    private readonly serde: ProtobufSerde<wildapp.primary.v1.Primary>,
    private readonly keys: number,
  ) {}

  static async open(cluster: Cluster, registry: string, keys: number): Promise<FactWriter> {
    const store = new SchemaRegistry({ url: registry })
    const serde = protobufSerde({ topic: FACTS_TOPIC, type: Primary, schemas, store })
    await serde.prepare()
    return new FactWriter(await cluster.log.producer('bench-feed'), serde, keys)
  }

  async fill(facts: number): Promise<void> {
    while (this.next < facts) await this.commit(Math.min(PER_TRANSACTION, facts - this.next))
  }

  /** One fact at a time, each due at its own time, regardless of the one before; those that are due together share a transaction. */
  async paced(perSecond: number, seconds: number): Promise<WrittenFacts> {
    const first = this.next
    const committed: number[] = []
    const began = monotonicMicros()
    const all = Math.round(perSecond * seconds)
    const dueAt = (index: number): number => began + (index / perSecond) * 1e6
    while (committed.length < all) {
      const ahead = dueAt(committed.length) - monotonicMicros()
      if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead / 1_000))
      let due = 1
      const now = monotonicMicros()
      while (committed.length + due < all && dueAt(committed.length + due) <= now) due += 1
      await this.commit(due)
      const at = monotonicMicros()
      for (let index = 0; index < due; index += 1) committed.push(at)
    }
    return { first, count: all, committed }
  }

  close(): Promise<void> {
    return this.producer.close()
  }

  private async commit(count: number): Promise<void> {
    const transaction = await this.producer.begin()
    await transaction.send(Array.from({ length: count }, () => this.record()))
    await transaction.commit()
  }

  private record(): OutputRecord {
    const number = this.next
    this.next += 1
    const sample = primarySample(number)
    const id = BigInt(number % this.keys)
    const key = Buffer.from(id.toString())
    const header = { ...(sample.header as object), id: factId(number), subject: id.toString() }
    const value = this.serde.serialize({
      ...sample,
      id,
      header: header as NonNullable<typeof sample.header>,
    })
    const now = Date.now()
    return {
      topic: FACTS_TOPIC,
      partition: partitionFor(key, PARTITIONS),
      key,
      value: Buffer.from(value),
      timestamp: BigInt(now),
      headers: { ce_time: new Date(now).toISOString(), ce_type: 'wildapp.primary.updated' },
    }
  }
}
