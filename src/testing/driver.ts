import type { Fact } from '../fact/declare/define-fact'
import type { facts as generated } from '../gen/messages'
import { MemoryBroker } from '../broker/memory/memory-broker'
import { MemoryLog } from '../broker/memory/memory-log'
import type { Log } from '../broker/ports'
import { MemoryBackend } from '../runtime/state/memory-backend'
import { StreamApp } from '../runtime/stream-app'
import { Metrics, createLogger } from '../telemetry'
import { internalTopics } from '../topology/internal-topics'
import type { LogRecord } from '../topology/record'
import type { Topology } from '../topology/topology'
import { declaredPartitions } from '../topology/topology'
import { decodeFrame } from '../protobuf/framing/confluent'
import type { SchemaManifest } from '../protobuf/message/schema-manifest'
import type { SchemaStore } from '../protobuf/registry/schema-store'
import { ChangeWriter } from './change-writer'
import type { CrashMode } from './crashing-log'
import { CrashingLog } from './crashing-log'

export interface DriveTopologyOptions {
  /** Of every topic that does not declare its own; default 3. */
  readonly partitions?: number
  /** The first process dies at its n-th request to the broker, before or after it took effect; another takes over. */
  readonly crash?: { readonly at: number; readonly mode: CrashMode }
}

/** A published fact; `Declared` are the declarations that it may be of. */
export type DrivenFact<Declared extends Fact = Fact> =
  Declared extends Fact<infer Message>
    ? {
        /** Name of the fact, for example `shop.order`. */
        readonly fact: string
        readonly subject: string
        readonly kind: generated.v1.Kind
        /** A deleted fact has its header and its key; the other fields have their defaults. */
        readonly message: Message
        /** The record on the topic. */
        readonly record: LogRecord
      }
    : never

export interface RegisteredSchemas {
  readonly schemas: SchemaManifest
  readonly store: SchemaStore
}

const APPLICATION = 'driven'
const DEADLINE_MS = 20_000
const POLL_MS = 2

/** Writes changes, runs processes that make facts of them, and reads the facts. Made by `drive` and `driveTopology`. */
export class Driver<Declared extends Fact = Fact> extends ChangeWriter {
  /** What a running pipeline exports. */
  readonly metrics = new Metrics()
  /** Called when the crashing process has died, before another takes over. */
  onCrash: (() => void) | undefined
  private readonly dying: CrashingLog | undefined
  private state = new MemoryBackend()
  private readonly apps: StreamApp[] = []

  constructor(
    readonly declared: readonly Declared[],
    private readonly topology: Topology,
    /** The schemas of the facts, and the registry that has them. */
    readonly registered: RegisteredSchemas,
    { partitions = 3, crash }: DriveTopologyOptions,
  ) {
    super(new MemoryBroker())
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
  async facts(): Promise<readonly DrivenFact<Declared>[]> {
    await this.settle()
    return this.declared.flatMap(({ name, to }) =>
      this.broker.read(to.name).map((record) => {
        const frame = decodeFrame(record.value ?? Buffer.alloc(0))
        const message = to.type.decode(frame.payload)
        const { subject = '', kind = 0 } = message.header ?? {}
        return { fact: name, subject, kind, message, record } as DrivenFact<Declared>
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
