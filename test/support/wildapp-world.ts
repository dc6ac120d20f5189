import { sampleApp } from './sample-config'
import { compile } from '../../src/fact/compile/compile'
import { schemas } from '../../src/wildapp/gen/schemas'
import type { wildapp } from '../../src/wildapp/gen/messages'
import { MemoryBroker } from '../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../src/broker/memory/memory-log'
import { MemoryBackend } from '../../src/runtime/state/memory-backend'
import { StreamApp } from '../../src/runtime/stream-app'
import { Metrics, createLogger } from '../../src/telemetry'
import { topicSpecs } from '../../src/compose/topics'
import { internalTopics } from '../../src/topology/internal-topics'
import { partitionFor } from '../../src/topology/partitioner'
import type { LogRecord } from '../../src/topology/record'
import type { Topology } from '../../src/topology/topology'
import { ensureSchemas } from '../../src/protobuf/registry/ensure-schemas'
import { fullNameOf } from '../../src/protobuf/message/message-type'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { MemorySchemaStore } from '../../src/testing/memory-schema-store'
import type { MadeChange } from './debezium-record'
import { debeziumKey, debeziumValue } from './debezium-record'
import { decodedPrimary } from './decoded-primary'
import { topicOf } from './table-changes'
import { waitFor } from './wait-for'

const FACTS = 'wildapp.primary.facts'
const PARTITIONS = 3
const APPLICATION = 'wildapp'

export interface SeenFact {
  readonly record: LogRecord
  readonly fact: wildapp.primary.v1.Primary
}

/** The shipped runtime with the wildapp facts on an in-memory log; changes are written as Debezium would. */
export class WildappWorld {
  readonly broker = new MemoryBroker()
  readonly log = new MemoryLog(this.broker)
  private readonly store = new MemorySchemaStore()
  readonly metrics = new Metrics()
  private readonly state = new MemoryBackend()
  /** Of the processes started from now on. */
  epoch = 1
  applicationId = APPLICATION
  private app: StreamApp | undefined

  constructor() {
    const topology = this.topology()
    const topics = { partitions: PARTITIONS, replicationFactor: 1, maxMessageBytes: 16_777_216 }
    const specs = topicSpecs(topology, { topics })
    for (const { name, partitions } of specs) this.broker.createTopic(name, partitions)
    this.provision(APPLICATION)
  }

  /** Makes the topics of an application's own. */
  provision(applicationId: string): void {
    for (const { topic, source } of internalTopics(this.topology(), applicationId)) {
      this.broker.createTopic(topic, this.broker.partitionsOf(source)?.length ?? PARTITIONS)
    }
  }

  private topology(): Topology {
    return compile(sampleApp.facts, {
      deadLetters: sampleApp.deadLetters,
      epoch: this.epoch,
      serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store: this.store }),
    })
  }

  async start(): Promise<StreamApp> {
    const topics = sampleApp.facts.map(({ to }) => ({
      topic: to.name,
      message: fullNameOf(to.type),
    }))
    await ensureSchemas(schemas, topics, this.store)
    const topology = this.topology()
    const logger = createLogger({ level: 'silent', format: 'json' })
    const { log } = this
    this.app = new StreamApp({
      applicationId: this.applicationId,
      topology,
      log,
      state: this.state,
      logger,
      metrics: this.metrics,
    })
    await this.app.start()
    return this.app
  }

  async stop(): Promise<void> {
    await this.app?.stop()
  }

  /** Writes a record to a table's topic, in the partition of its key. */
  write(
    table: string,
    key: string | null,
    value: string | null,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const topic = topicOf(table)
    const keyBytes = key === null ? null : Buffer.from(key)
    const partition = partitionFor(keyBytes, PARTITIONS)
    this.broker.append({
      topic,
      partition,
      key: keyBytes,
      value: value === null ? null : Buffer.from(value),
      timestamp: 1_795_000_000_000n,
      headers,
    })
  }

  /** Writes a change as Debezium would. */
  change(change: MadeChange): void {
    this.write(change.table, debeziumKey(change.key), debeziumValue(change))
  }

  /** The facts, once there are so many, in the order of partition and offset. */
  facts(count: number, deadlineMs = 5_000): Promise<readonly SeenFact[]> {
    return waitFor(
      `${count} facts`,
      () => {
        const records = this.broker.read(FACTS)
        return (
          records.length >= count &&
          records.map((record) => ({ record, fact: decodedPrimary(record) }))
        )
      },
      deadlineMs,
    )
  }

  /** Waits until everything written to the primaries was processed, then gives all facts. */
  async allFacts(): Promise<readonly SeenFact[]> {
    const topic = topicOf('primary')
    await waitFor('the input to be committed', () =>
      (this.broker.partitionsOf(topic) ?? []).every(
        ({ partition, high }) =>
          Number(this.broker.committed(this.applicationId, topic, partition)?.offset ?? 0) >= high,
      ),
    )
    return this.facts(0)
  }

  /** How often records were dropped for the reason. */
  async drops(reason: string): Promise<number> {
    const { values } = await this.metrics.drops.get()
    return values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0
  }

  /** How often something was noted. */
  async notes(note: string): Promise<number> {
    const { values } = await this.metrics.notes.get()
    return values.find(({ labels }) => labels['note'] === note)?.value ?? 0
  }

  /** The dead letters, once there are so many. */
  deadLetters(count: number): Promise<readonly LogRecord[]> {
    return waitFor(
      `${count} dead letters`,
      () => {
        const records = this.broker.read(sampleApp.deadLetters)
        return records.length >= count && records
      },
      5_000,
    )
  }
}
