import { MemoryBroker } from '../../src/broker/memory/memory-broker'
import { MemoryLog } from '../../src/broker/memory/memory-log'
import type { Log } from '../../src/broker/ports'
import { MemoryBackend } from '../../src/runtime/state/memory-backend'
import type { StateBackend } from '../../src/runtime/state/state-backend'
import { StreamApp } from '../../src/runtime/stream-app'
import { Metrics, createLogger } from '../../src/telemetry'
import { partitionFor } from '../../src/topology/partitioner'
import type { LogRecord, OutputRecord } from '../../src/topology/record'
import { changelogTopic, controlTopic, internalTopics } from '../../src/topology/internal-topics'
import { COUNTS, DEAD_LETTERS, INPUT, OUTPUT, TABLE, toyTopology } from './toy-topology'
import { waitFor } from './wait-for'

export const APPLICATION = 'toy'
export const CONTROL = controlTopic(APPLICATION, INPUT)
export const CHANGELOG = changelogTopic(APPLICATION, COUNTS)
const PARTITIONS = 3
const logger = createLogger({ level: 'silent', format: 'json' })

/** The shipped runtime with the toy topology on an in-memory broker; every app it starts is stopped by `stop`. */
export class ToyWorld {
  readonly broker = new MemoryBroker()
  readonly metrics = new Metrics()
  /** Of the applications that are made from then on. */
  badRecordsToStop = 0
  private readonly apps: StreamApp[] = []

  constructor(
    partitions: Readonly<Record<string, number>> = {},
    /** The disk of the machine that all processes of this world run on. */
    readonly state: StateBackend = new MemoryBackend(),
  ) {
    for (const topic of [
      INPUT,
      OUTPUT,
      TABLE,
      DEAD_LETTERS,
      ...internalTopics(toyTopology(), APPLICATION).map(({ topic }) => topic),
    ]) {
      this.broker.createTopic(topic, partitions[topic] ?? PARTITIONS)
    }
  }

  log(): Log {
    return new MemoryLog(this.broker)
  }

  /** Waits until the group has committed the end of every input partition. */
  async settled(deadlineMs?: number): Promise<void> {
    const inputs = this.broker.partitionsOf(INPUT) ?? []
    await waitFor(
      'the input to be committed',
      () =>
        inputs.every(
          ({ partition, high }) =>
            Number(this.broker.committed(APPLICATION, INPUT, partition)?.offset ?? 0) >= high,
        ),
      deadlineMs,
    )
  }

  /** A new process, so to speak; it sees the broker through `log`. */
  app(log: Log = this.log(), state: StateBackend = this.state): StreamApp {
    const app = new StreamApp({
      applicationId: APPLICATION,
      topology: toyTopology(),
      log,
      state,
      logger,
      metrics: this.metrics,
      badRecordsToStop: this.badRecordsToStop,
    })
    this.apps.push(app)
    return app
  }

  async start(log?: Log, state?: StateBackend): Promise<StreamApp> {
    const app = this.app(log, state)
    await app.start()
    return app
  }

  async stop(): Promise<void> {
    for (const app of this.apps) if (app.state !== 'created') await app.stop()
  }

  /** Writes committed records, `key=value` each, to the partition of the key. */
  write(topic: string, ...pairs: readonly string[]): void {
    const partitions = this.broker.partitionsOf(topic)?.length ?? 0
    this.append(
      pairs.map((pair) => {
        const [name = '', value = ''] = pair.split('=')
        const key = Buffer.from(name)
        const partition = partitionFor(key, partitions)
        const headers = { h: 'x' }
        return { topic, partition, key, value: Buffer.from(value), timestamp: 1n, headers }
      }),
    )
  }

  /** Appends committed records as they are. */
  append(records: readonly OutputRecord[]): void {
    this.broker.append(...records)
  }

  /** Committed records of a topic, by partition and offset. */
  read(topic: string): readonly LogRecord[] {
    return this.broker.read(topic)
  }

  /** Committed `key=value` pairs of the output. */
  output(): readonly string[] {
    return this.read(OUTPUT).map((record) => `${String(record.key)}=${String(record.value)}`)
  }

  /** Waits until that many records were written to the output or the dead letters. */
  async outputs(count: number): Promise<readonly string[]> {
    await waitFor(
      `${count} outputs`,
      () => this.read(OUTPUT).length + this.read(DEAD_LETTERS).length >= count,
      5_000,
    )
    return this.output()
  }
}
