import { compile } from '../../src/fact/compile/compile'
import type { Fact } from '../../src/fact/declare/define-fact'
import { schemas } from '../../src/wildapp/gen/schemas'
import { MemoryBroker } from '../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../src/broker/memory/memory-log'
import type { StateBackend } from '../../src/runtime/state/state-backend'
import { StreamApp } from '../../src/runtime/stream-app'
import { Metrics, createLogger } from '../../src/telemetry'
import { MemorySchemaStore } from '../../src/testing/memory-schema-store'
import { changelogTopic, internalTopics, storesOf } from '../../src/topology/internal-topics'
import type { LogRecord, OutputRecord } from '../../src/topology/record'
import type { Topology } from '../../src/topology/topology'
import { decodeFrame } from '../../src/protobuf/framing/confluent'
import { ensureSchemas } from '../../src/protobuf/registry/ensure-schemas'
import { fullNameOf } from '../../src/protobuf/message/message-type'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { APPLICATION, DEAD_LETTERS, docFact, pairFact } from './recorded-state'
import { waitFor } from './wait-for'

/** The application whose state is recorded: one partition of each topic, on the in-memory log. */
export class RecordedWorld {
  readonly topology: Topology
  private readonly store = new MemorySchemaStore()
  private app: StreamApp | undefined
  private failure: Error | undefined

  constructor(
    private readonly state: StateBackend,
    readonly facts: readonly Fact[] = [docFact, pairFact],
    /** The topics that an application of before has left. */
    readonly broker = new MemoryBroker(),
  ) {
    const { store } = this
    this.topology = compile(facts, {
      deadLetters: DEAD_LETTERS,
      serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store }),
    })
    const { sources, sinks, globalTables } = this.topology
    for (const { topic } of [
      ...sources,
      ...sinks,
      ...globalTables,
      { topic: DEAD_LETTERS },
      ...internalTopics(this.topology, APPLICATION),
    ]) {
      this.broker.createTopic(topic, 1)
    }
  }

  async start(): Promise<void> {
    const topics = this.facts.map(({ to }) => ({ topic: to.name, message: fullNameOf(to.type) }))
    await ensureSchemas(schemas, topics, this.store)
    this.app = new StreamApp({
      applicationId: APPLICATION,
      topology: this.topology,
      state: this.state,
      log: new MemoryLog(this.broker),
      metrics: new Metrics(),
      logger: createLogger({ level: 'silent', format: 'json' }),
    })
    this.failure = undefined
    this.app.failed.catch((error: unknown) => (this.failure = error as Error))
    await this.app.start()
  }

  append(...records: readonly Omit<OutputRecord, 'partition'>[]): void {
    this.broker.append(...records.map((record) => ({ ...record, partition: 0 })))
  }

  /** Rejects when the application has failed. */
  async settle(): Promise<void> {
    const inputs = this.topology.sources.flatMap(
      ({ topic }) => this.broker.partitionsOf(topic) ?? [],
    )
    const isSettled = (): boolean =>
      inputs.every((input) => {
        const committed = this.broker.committed(APPLICATION, input.topic, input.partition)
        const { records } = input.read(Number(committed?.offset ?? 0n), Number.MAX_SAFE_INTEGER)
        return records.length === 0
      })
    await this.waitFor('everything to be processed', isSettled)
  }

  /** Waits for the condition; rejects when the application has failed. */
  waitFor(what: string, condition: () => unknown): Promise<unknown> {
    return waitFor(what, () => {
      if (this.failure !== undefined) throw this.failure
      return condition()
    })
  }

  async stop(): Promise<void> {
    await this.app?.stop()
    this.app = undefined
  }

  /** The changelogs of a recording, each record at its offset, as the recording's transactions left them. */
  restoreChangelogs(records: readonly LogRecord[]): void {
    for (const record of records) {
      const partition = this.broker.partition(record.topic, 0)
      while (partition.high < Number(record.offset)) partition.appendMarker()
      this.broker.append(record)
    }
    for (const topic of new Set(records.map((record) => record.topic))) {
      this.broker.partition(topic, 0).appendMarker()
    }
    // The facts of that time are no part of it: the retention of their topics has removed them.
    for (const { topic } of this.topology.sinks) {
      const partition = this.broker.partition(topic, 0)
      partition.appendMarker()
      partition.deleteBefore(partition.high)
      this.broker.alterTopic(topic, { 'cleanup.policy': 'delete', 'retention.ms': '1000' })
    }
  }

  /** Each task with its stores. */
  tasks(): readonly { readonly task: string; readonly stores: readonly string[] }[] {
    return this.topology.sources.map((source) => ({
      task: `${APPLICATION}.${source.topic}.0`,
      stores: storesOf(this.topology, source),
    }))
  }

  changelogs(): readonly LogRecord[] {
    const stores = this.tasks().flatMap((task) => task.stores)
    return stores.flatMap((name) => this.broker.read(changelogTopic(APPLICATION, name)))
  }

  /** What became of the changes: type and text of each fact. */
  read({ to }: Fact): readonly (readonly [type: string, payload: string])[] {
    return this.broker.read(to.name).map(({ value }) => {
      const message = to.type.decode(decodeFrame(value ?? Buffer.alloc(0)).payload)
      const { type, payload } = message as unknown as Record<'type' | 'payload', string>
      return [type, payload]
    })
  }
}
