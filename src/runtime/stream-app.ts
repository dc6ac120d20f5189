import { FactsError, toFactsError } from '../errors'
import type { Assignment, BatchOutcome, GroupConsumer, InputBatch, Log } from '../log/log'
import type { Logger, Metrics } from '../telemetry'
import { controlTopic } from '../topology/internal-topics'
import type { Topology } from '../topology/topology'
import type { AppState } from './app-state'
import { nextAppState } from './app-state'
import type { BatchLimits } from './batch-limits'
import { readBatchLimits } from './batch-limits'
import { GlobalTables } from './global-tables'
import type { StateBackend } from './state/state-backend'
import { Task } from './task'
import type { TopicLayout } from './topic-layout'
import { readLayout } from './topic-layout'

export interface StreamAppOptions {
  /** Consumer group, and prefix of every transactional id. */
  readonly applicationId: string
  readonly topology: Topology
  readonly log: Log
  readonly logger: Logger
  readonly metrics: Metrics
  /** Where tasks keep their stores between runs. */
  readonly state: StateBackend
  /** Partitions processed at the same time. */
  readonly concurrency?: number
}

/** Runs a topology on a log: one task per input partition that the group gives to this instance. */
export class StreamApp {
  private current: AppState = 'created'
  private layout: TopicLayout = new Map()
  private limits: BatchLimits = new Map()
  private readonly tasks = new Map<string, Task>()
  private readonly tables: GlobalTables
  private readonly consumer: GroupConsumer
  private assignment: Assignment | undefined
  private fail: (error: FactsError) => void = () => undefined
  /** Rejects when the application has stopped for good by itself; never resolves. */
  readonly failed: Promise<never>

  constructor(private readonly options: StreamAppOptions) {
    const { applicationId, topology, log, logger, metrics } = options
    this.failed = new Promise((_, reject) => (this.fail = reject))
    this.failed.catch(() => undefined)
    this.tables = new GlobalTables(log, topology.globalTables, logger, metrics)
    this.consumer = log.groupConsumer({
      groupId: applicationId,
      topics: topology.sources.map(({ topic }) => [topic, controlTopic(applicationId, topic)]),
      concurrency: options.concurrency ?? 4,
      onCrash: (error) => this.crashed(error),
      onAssignment: (assignment) => this.assigned(assignment),
    })
  }

  get state(): AppState {
    return this.current
  }

  /** Ready once the tables are complete and the group has given this instance its share (which may be empty). */
  get ready(): boolean {
    return this.current === 'running' && this.assignment !== undefined
  }

  /** Partitions of the inputs that this instance owns now. */
  get partitions(): Assignment['partitions'] {
    const inputs = new Set(this.options.topology.sources.map(({ topic }) => topic))
    return (this.assignment?.partitions ?? []).filter(({ topic }) => inputs.has(topic))
  }

  /** Checks the topics, completes the tables, joins the group. */
  async start(): Promise<void> {
    const { log, topology } = this.options
    this.current = nextAppState(this.current, 'start')
    try {
      this.layout = await readLayout(log.admin, topology, this.options.applicationId)
      this.limits = await readBatchLimits(log.admin, [...this.layout.keys()])
      await Promise.all(topology.sinks.map((sink) => sink.prepare()))
      await this.tables.start()
      await this.consumer.start((batch) => this.process(batch))
      this.current = nextAppState(this.current, 'started')
    } catch (error) {
      this.current = nextAppState(this.current, 'crash')
      await this.tables.stop()
      throw error
    }
  }

  /** Stops in the direction of the data: no new batch, what is under way commits, then tasks, tables, connections. */
  async stop(): Promise<void> {
    if (this.current === 'stopped') return
    this.current = nextAppState(this.current, 'stop')
    await this.consumer.stop()
    await Promise.all([...this.tasks.values()].map((task) => task.close()))
    this.tasks.clear()
    await this.tables.stop()
    this.current = nextAppState(this.current, 'stopped')
  }

  private async process(batch: InputBatch): Promise<BatchOutcome> {
    const { topic, partition } = batch
    const owned = this.assignment?.partitions.some(
      (p) => p.topic === topic && p.partition === partition,
    )
    // A batch that was fetched before a rebalance: opening its task would fence the partition's new owner.
    if (owned !== true) {
      throw new FactsError(
        'PARTITION_LOST',
        'The partition moved before its batch was processed.',
        { topic, partition },
      )
    }
    return this.task(topic, partition).process(batch)
  }

  /** The task of a partition of an input or of its control topic. */
  private task(topic: string, partition: number): Task {
    const { layout, limits, tables } = this
    const { applicationId, topology, log, logger, metrics, state } = this.options
    const source = topology.sources.find(
      (node) => node.topic === topic || controlTopic(applicationId, node.topic) === topic,
    )
    if (source === undefined) throw new Error(`${topic} is no input`)
    const key = `${source.topic}/${partition}`
    const task =
      this.tasks.get(key) ??
      new Task({
        ...{ applicationId, source, partition, topology, layout, log, tables, state },
        ...{ logger, metrics, limits },
      })
    this.tasks.set(key, task)
    return task
  }

  private assigned(assignment: Assignment): void {
    this.assignment = assignment
    this.options.metrics.rebalances.inc()
    const owned = new Set(
      assignment.partitions.map(({ topic, partition }) => `${topic}/${partition}`),
    )
    for (const [key, task] of this.tasks) {
      if (owned.has(key)) continue
      this.tasks.delete(key)
      task
        .close()
        .catch((error: unknown) =>
          this.options.logger.warn({ err: error }, 'Closing a task failed'),
        )
    }
    this.options.logger.info(
      { generation: assignment.generation, partitions: [...owned] },
      'Partitions assigned',
    )
  }

  private crashed(error: unknown): void {
    if (this.current !== 'running' && this.current !== 'starting') return
    this.current = nextAppState(this.current, 'crash')
    this.fail(toFactsError(error))
  }
}
