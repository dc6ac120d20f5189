import { compile } from '../fact/compile'
import type { Fact } from '../fact/define-fact'
import type { FactMessage } from '../fact/fact-topic'
import type { facts as generated } from '../gen/messages'
import { schemas as generatedSchemas } from '../gen/schemas'
import { MemoryBroker } from '../broker/memory/memory-broker'
import { MemoryLog } from '../broker/memory/memory-log'
import type { Log } from '../broker/ports'
import { MemoryBackend } from '../runtime/state/memory-backend'
import { StreamApp } from '../runtime/stream-app'
import { Metrics, createLogger } from '../telemetry'
import { internalTopics } from '../topology/internal-topics'
import { partitionFor } from '../topology/partitioner'
import type { LogRecord, OutputRecord } from '../topology/record'
import type { Topology } from '../topology/topology'
import { declaredPartitions } from '../topology/topology'
import { decodeFrame } from '../protobuf/framing/confluent'
import { ensureSchemas } from '../protobuf/registry/ensure-schemas'
import { fullNameOf } from '../protobuf/message/message-type'
import { protobufSerde } from '../protobuf/serde/protobuf-serde'
import type { SchemaManifest } from '../protobuf/message/schema-manifest'
import type { SchemaStore } from '../protobuf/registry/schema-store'
import type { CrashMode } from './crashing-log'
import { CrashingLog } from './crashing-log'
import { debeziumRecord } from './debezium'
import { MemorySchemaStore } from './memory-schema-store'
import { SourceClock } from './source-clock'

type Columns = Readonly<Record<string, unknown>>

/** The part of a table that the driver needs. */
export interface DrivenTable {
  readonly topic: string
  readonly keyColumns: readonly string[]
}

export interface DriveOptions {
  /** Of every topic; default 3. */
  readonly partitions?: number
  /** Schemas of the messages; default those generated from proto/. */
  readonly schemas?: SchemaManifest
  /** The first process dies at its n-th request to the broker, before or after it took effect; another takes over. */
  readonly crash?: { readonly at: number; readonly mode: CrashMode }
}

export interface DrivenFact {
  /** Name of the fact, for example `wildapp.primary`. */
  readonly fact: string
  readonly subject: string
  readonly kind: generated.v1.Kind
  readonly message: FactMessage & Columns
  /** The record on the topic. */
  readonly record: LogRecord
}

const APPLICATION = 'driven'
const DEADLINE_MS = 20_000
const POLL_MS = 2

/** Runs facts on the shipped runtime over an in-memory log; see docs/testing.md. Stop it after the test. */
export async function drive(
  facts: Fact | readonly Fact[],
  options: DriveOptions = {},
): Promise<Driver> {
  const list = Array.isArray(facts) ? (facts as readonly Fact[]) : [facts as Fact]
  const schemas = options.schemas ?? generatedSchemas
  const store = new MemorySchemaStore()
  const topics = list.map(({ to }) => ({ topic: to.name, message: fullNameOf(to.type) }))
  await ensureSchemas(schemas, topics, store)
  const topology = compile(list, {
    deadLetters: 'driven.dead-letters',
    serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store }),
  })
  return new Driver(list, topology, store, options)
}

/**
 * Writes changes as Debezium would, and reads the facts. Positions increase automatically: each change has its own source
 * transaction, except within `transaction`.
 */
export class Driver {
  readonly metrics = new Metrics()
  readonly schemas: SchemaManifest
  /** Called when the crashing process has died, before another takes over. */
  onCrash: (() => void) | undefined
  private readonly broker = new MemoryBroker()
  private readonly dying: CrashingLog | undefined
  private state = new MemoryBackend()
  private readonly apps: StreamApp[] = []
  private readonly written: OutputRecord[] = []
  private readonly clock = new SourceClock()

  constructor(
    readonly declared: readonly Fact[],
    private readonly topology: Topology,
    /** The registry with the schemas of the facts. */
    readonly schemaStore: SchemaStore,
    { partitions = 3, schemas = generatedSchemas, crash }: DriveOptions,
  ) {
    this.schemas = schemas
    const { sources, globalTables, sinks, deadLetters } = topology
    const counts = declaredPartitions(topology)
    const countOf = (topic: string): number => counts.get(topic) ?? partitions
    for (const { topic } of [...sources, ...globalTables, ...sinks, { topic: deadLetters }]) {
      this.broker.createTopic(topic, countOf(topic))
    }
    for (const { topic, source } of internalTopics(topology, APPLICATION)) {
      this.broker.createTopic(topic, countOf(source))
    }
    this.dying = crash && new CrashingLog(this.broker, crash.at, crash.mode)
  }

  insert(table: DrivenTable, row: Columns): this {
    return this.change(table, 'c', row, null)
  }

  /** Use the placeholder "__debezium_unavailable_value" for an unchanged TOASTed value. */
  update(table: DrivenTable, row: Columns): this {
    return this.change(table, 'u', row, null)
  }

  /** A delete, followed by its tombstone. */
  remove(table: DrivenTable, key: Columns): this {
    this.change(table, 'd', null, key)
    const { topic, partition, key: bytes, timestamp } = this.written.at(-1) as OutputRecord
    return this.write({ topic, partition, key: bytes, value: null, timestamp, headers: {} })
  }

  /** A row as a snapshot reads it. */
  snapshot(table: DrivenTable, row: Columns): this {
    return this.change(table, 'r', row, null)
  }

  truncate({ topic }: DrivenTable): this {
    const position = this.clock.next()
    const record = debeziumRecord({
      ...{ topic, op: 't', key: null, after: null, before: null, ...position },
    })
    return this.write({ ...record, partition: 0 })
  }

  /** Changes made by `work` have one source transaction. */
  transaction(work: () => void): this {
    this.clock.begin()
    work()
    this.clock.end()
    return this
  }

  /** Delivers the last changes again, as Debezium does after a crash; default all of them. */
  redeliver(last = this.written.length): this {
    for (const record of this.written.slice(-last)) this.broker.append(record)
    return this
  }

  /** Writes any record unchanged. */
  write(record: OutputRecord): this {
    this.written.push(record)
    this.broker.append(record)
    return this
  }

  /** The topics, for other readers of the facts, such as a feed. */
  get log(): Log {
    return new MemoryLog(this.broker)
  }

  /** Requests that the first process has made, when it was to die. */
  get requests(): number {
    return this.dying?.requests ?? 0
  }

  /** Starts a process; a further one shares the partitions with those that run. */
  async start(log: Log = new MemoryLog(this.broker)): Promise<void> {
    const app = new StreamApp({
      applicationId: APPLICATION,
      topology: this.topology,
      log,
      state: this.state,
      logger: createLogger({ level: 'silent', format: 'json' }),
      metrics: this.metrics,
    })
    this.apps.push(app)
    await app.start().catch((error: unknown) => {
      if (this.dying?.crashed !== true) throw error
    })
  }

  /** Stops the oldest process; its partitions move to the others, or wait for the next start. */
  async stopOne(): Promise<void> {
    await this.apps.shift()?.stop()
  }

  /** Takes over every transactional id, as a process that wrongly considers the others dead does. */
  fence(): this {
    for (const { topic } of this.topology.sources) {
      for (const { partition } of this.broker.partitionsOf(topic) ?? []) {
        this.broker.initProducer(`${APPLICATION}.${topic}.${partition}`)
      }
    }
    return this
  }

  /** What tasks keep on disk is lost; takes effect with the next start. */
  loseDisk(): void {
    this.state = new MemoryBackend()
  }

  /** Waits until everything that was written is processed; starts a process when none runs or the last has died. */
  async settle(): Promise<void> {
    if (this.apps.length === 0) await this.start(this.dying)
    const until = Date.now() + DEADLINE_MS
    let replaced = false
    while (!this.isSettled()) {
      if (this.dying?.crashed === true && !replaced && this.apps.length === 1) {
        replaced = true
        this.onCrash?.()
        await this.start()
      }
      await Promise.race([new Promise((resolve) => setTimeout(resolve, POLL_MS)), this.failure()])
      if (Date.now() > until) throw new Error(`Waited ${DEADLINE_MS} ms for everything to settle.`)
    }
  }

  /** All facts of the changes written so far, in the order of partition and offset. */
  async facts(): Promise<readonly DrivenFact[]> {
    await this.settle()
    return this.declared.flatMap(({ name, to }) =>
      this.broker.read(to.name).map((record) => {
        const frame = decodeFrame(record.value ?? Buffer.alloc(0))
        const message = to.type.decode(frame.payload) as DrivenFact['message']
        const { subject = '', kind = 0 } = message.header ?? {}
        return { fact: name, subject, kind, message, record }
      }),
    )
  }

  deadLetters(): Promise<readonly LogRecord[]> {
    return this.read(this.topology.deadLetters)
  }

  /** The committed records of a topic, in the order of partition and offset. */
  async read(topic: string): Promise<readonly LogRecord[]> {
    await this.settle()
    return this.broker.read(topic)
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop()))
  }

  private change(
    table: DrivenTable,
    op: 'c' | 'u' | 'd' | 'r',
    after: Columns | null,
    before: Columns | null,
  ): this {
    const row = after ?? before ?? {}
    const key = Object.fromEntries(table.keyColumns.map((name) => [name, row[name]]))
    const position = this.clock.next()
    const transaction = op === 'r' ? null : position.transaction
    const { topic } = table
    const record = debeziumRecord({ topic, op, key, after, before, ...position, transaction })
    const count = this.broker.partitionsOf(topic)?.length ?? 1
    return this.write({ ...record, partition: partitionFor(record.key, count) })
  }

  /** Inputs and their control topics are committed to their ends. */
  private isSettled(): boolean {
    const controls = internalTopics(this.topology, APPLICATION).filter(
      ({ cleanup }) => cleanup === 'delete',
    )
    const inputs = [...this.topology.sources, ...controls].flatMap(
      ({ topic }) => this.broker.partitionsOf(topic) ?? [],
    )
    return inputs.every(({ topic, partition }) => {
      const committed = Number(this.broker.committed(APPLICATION, topic, partition)?.offset ?? 0n)
      const from = this.broker.partition(topic, partition)
      return (
        from.read(committed, Number.MAX_SAFE_INTEGER).records.length === 0 &&
        from.high === from.lastStable
      )
    })
  }

  /** Rejects when a process other than the crashing one has failed. */
  private failure(): Promise<never> {
    const never = new Promise<never>(() => undefined)
    const [first] = this.apps
    return Promise.race([
      never,
      ...this.apps.map((app) =>
        app.failed.catch((error: unknown) => {
          if (app === first && this.dying?.crashed === true) return never
          throw error
        }),
      ),
    ])
  }
}
