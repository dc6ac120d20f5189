import { FactsError, toFactsError } from '../errors'
import type { Assignment, BatchOutcome, GroupConsumer, InputBatch, Log } from '../broker/ports'
import type { Logger, Metrics } from '../telemetry'
import { controlTopic, internalTopics } from '../topology/internal-topics'
import type { Source, Topology } from '../topology/topology'
import type { AppState } from './app-state'
import { nextAppState } from './app-state'
import type { BatchLimits } from './commit/batch-limits'
import { readBatchLimits } from './commit/batch-limits'
import { endsWithin } from './watch/ends-within'
import { GlobalTables } from './state/global-tables'
import { ProgressWatch, partitionsAdded } from './watch/progress-watch'
import type { StateBackend } from './state/state-backend'
import { Ownership } from './task/rebalance'
import { Task } from './task/task'
import { TaskOpener } from './task/task-opener'
import { throughOutage } from './watch/through-outage'
import type { TopicLayout } from './topics/topic-layout'
import { readLayout } from './topics/topic-layout'
import { Waits } from './watch/waits'
import type { Patience } from './watch/watched-log'
import { PATIENCE, WatchedLog } from './watch/watched-log'
import { watchedTopology } from './watch/watched-topology'

export interface StreamAppOptions {
  /** Consumer group, and prefix of every transactional id. */
  readonly applicationId: string
  readonly topology: Topology
  readonly log: Log
  readonly logger: Logger
  readonly metrics: Metrics
  /** Local storage of tasks' stores between runs. */
  readonly state: StateBackend
  /** Bad records of a task that stop the application, see CircuitBreaker; default: never. */
  readonly badRecordsToStop?: number
  /** Partitions processed at the same time. */
  readonly concurrency?: number
  /** Timeouts of waits. */
  readonly patience?: Patience
  /** Milliseconds that `stop` waits for the current work; default 10,000. */
  readonly stopMs?: number
  /** Milliseconds without progress after which it is not ready; default 30,000. */
  readonly stallMs?: number
  /** Milliseconds between two checks of the partitions' lag; default 5,000. */
  readonly lookMs?: number
}

const CONCURRENCY = 4
const STALL_MS = 30_000
const LOOK_MS = 5_000

const STOP_MS = 10_000

/** Runs a topology on a log: one task per input partition that the group assigns to this instance. */
export class StreamApp {
  private current: AppState = 'created'
  private layout: TopicLayout = new Map()
  private limits: BatchLimits = new Map()
  private readonly tasks = new Map<string, Task>()
  private readonly tables: GlobalTables
  private readonly consumer: GroupConsumer
  private readonly waits: Waits
  private readonly watch: ProgressWatch
  private readonly opener: TaskOpener
  private readonly log: Log
  private readonly topology: Topology
  private readonly ownership = new Ownership()
  private fail: (error: FactsError) => void = () => undefined
  /** Rejects when the application has failed; never resolves. */
  readonly failed: Promise<never>

  constructor(private readonly options: StreamAppOptions) {
    const { applicationId, logger, metrics, patience = PATIENCE } = options
    this.waits = new Waits(logger, Math.min(1_000, patience.requestMs / 4))
    this.log = new WatchedLog(options.log, this.waits, patience)
    this.topology = watchedTopology(options.topology, this.waits, patience)
    const { log, topology } = this
    this.failed = new Promise((_, reject) => (this.fail = reject))
    this.failed.catch(() => undefined)
    this.tables = new GlobalTables(log, topology.globalTables, logger, metrics)
    this.consumer = log.groupConsumer({
      groupId: applicationId,
      topics: topology.sources.map(({ topic }) => [topic, controlTopic(applicationId, topic)]),
      concurrency: options.concurrency ?? CONCURRENCY,
      onCrash: (error) => this.crashed(error),
      onAssignment: (assignment) => this.assigned(assignment),
    })
    this.opener = new TaskOpener({
      admin: log.admin,
      logger,
      concurrency: options.concurrency ?? CONCURRENCY,
      task: ({ topic, partition }) => this.task(topic, partition),
      onHalt: (error) => this.crashed(error),
    })
    this.watch = new ProgressWatch({
      log,
      applicationId,
      logger,
      metrics,
      waits: this.waits,
      lookMs: options.lookMs ?? LOOK_MS,
      stallMs: options.stallMs ?? STALL_MS,
      layout: () => this.keyedTopics(),
      inputs: new Set(topology.sources.map(({ topic }) => topic)),
      owned: () => (this.current === 'running' ? this.ownership.partitions : []),
      task: ({ topic, partition }) => this.tasks.get(`${this.sourceOf(topic).topic}/${partition}`),
      tasks: () => this.tasks.values(),
      onHalt: (error) => this.crashed(error),
    })
  }

  get state(): AppState {
    return this.current
  }

  /**
   * Ready once the tables are complete, the group has assigned partitions to this instance (possibly none) and the state of its
   * tasks is restored, and as long as nothing has stalled.
   */
  get ready(): boolean {
    const isOpen = this.ownership.isAssigned && this.opener.left.length === 0
    return this.current === 'running' && isOpen && this.stalled.length === 0
  }

  /** Partitions whose tasks are not open yet, as text. */
  get opening(): readonly string[] {
    return this.opener.left
  }

  /** What has stalled, as text: a batch, a restore, the tables. */
  get stalled(): readonly string[] {
    return this.current === 'running' ? this.watch.stalled() : []
  }

  /** Partitions of the inputs that this instance owns now. */
  get partitions(): Assignment['partitions'] {
    const inputs = new Set(this.options.topology.sources.map(({ topic }) => topic))
    return this.ownership.partitions.filter(({ topic }) => inputs.has(topic))
  }

  /** Current waits, oldest first, as text. */
  get waitingFor(): readonly string[] {
    return this.waits.list()
  }

  /** Checks the topics, completes the tables, joins the group. Waits for a broker that fails during the start. */
  async start(): Promise<void> {
    const { log, topology } = this
    const { applicationId, patience = PATIENCE } = this.options
    this.current = nextAppState(this.current, 'start')
    const until = performance.now() + patience.startMs
    const surely = <T>(work: () => Promise<T>): Promise<T> =>
      throughOutage(until, () => this.current === 'starting', work)
    try {
      this.layout = await surely(() => readLayout(log.admin, topology, applicationId))
      this.limits = await surely(() => readBatchLimits(log.admin, [...this.layout.keys()]))
      await Promise.all(topology.sinks.map((sink) => sink.prepare()))
      this.refuseStopped()
      await surely(() => this.tables.start())
      this.refuseStopped()
      await this.consumer.start((batch) => this.process(batch))
      this.current = nextAppState(this.current, 'started')
      this.watch.start()
    } catch (error) {
      this.current = nextAppState(this.current, 'crash')
      await endsWithin(this.options.stopMs ?? STOP_MS, this.tables.stop())
      throw error
    }
  }

  /**
   * Stops in the direction of the data flow: no new batch, current batches commit, then tasks, tables, connections. What does
   * not end in time is abandoned: the next owner fences it, as after a kill. Resolves with a list of that.
   */
  async stop(): Promise<readonly string[]> {
    if (this.current === 'stopped') return []
    this.current = nextAppState(this.current, 'stop')
    this.watch.stop()
    this.opener.stop()
    const left: string[] = []
    const failures: unknown[] = []
    const end = async (
      share: number,
      what: string,
      step: () => Promise<unknown>,
    ): Promise<void> => {
      const milliseconds = (this.options.stopMs ?? STOP_MS) * share
      try {
        if (!(await endsWithin(milliseconds, step()))) left.push(what, ...this.waits.list())
      } catch (error) {
        failures.push(error)
      }
    }
    await end(0.8, 'the batches under way', () => this.consumer.stop())
    const closing = [...this.tasks.values()].map((task) => task.close())
    await end(0.1, 'the tasks to close', () => Promise.all(closing))
    await end(0.1, 'the tables to close', () => this.tables.stop())
    this.tasks.clear()
    this.current = nextAppState(this.current, 'stopped')
    if (left.length > 0) this.options.logger.error({ left }, 'Stopped without waiting any longer')
    if (failures.length > 0) throw toFactsError(failures[0])
    return left
  }

  /** An application that was stopped during its start must not join the group. */
  private refuseStopped(): void {
    if (this.current === 'starting') return
    throw new FactsError('UNEXPECTED', 'The application was stopped while it started.')
  }

  private async process(batch: InputBatch): Promise<BatchOutcome> {
    const { topic, partition } = batch
    this.ownership.refuseRevoked({ topic, partition })
    return this.task(topic, partition).process(batch)
  }

  /** The task of a partition of an input or of its control topic. */
  private task(topic: string, partition: number): Task {
    const { layout, limits, tables, topology, log } = this
    const { applicationId, logger, metrics, state } = this.options
    const source = this.sourceOf(topic)
    const key = `${source.topic}/${partition}`
    const task =
      this.tasks.get(key) ??
      new Task({
        applicationId,
        source,
        partition,
        topology,
        layout,
        log,
        tables,
        state,
        logger,
        metrics,
        limits,
        badRecordsToStop: this.options.badRecordsToStop,
      })
    this.tasks.set(key, task)
    return task
  }

  /** The source of a topic, which is its input or its control topic. */
  private sourceOf(topic: string): Source {
    const { applicationId } = this.options
    const source = this.topology.sources.find(
      (node) => node.topic === topic || controlTopic(applicationId, node.topic) === topic,
    )
    if (source === undefined) throw new Error(`${topic} is not an input`)
    return source
  }

  /** Topics whose number of partitions decides where a key or its state is. */
  private keyedTopics(): TopicLayout {
    const { applicationId } = this.options
    const { sources, sinks } = this.topology
    const internal = internalTopics(this.topology, applicationId)
    const keyed = new Set([...sources, ...sinks, ...internal].map(({ topic }) => topic))
    return new Map([...this.layout].filter(([topic]) => keyed.has(topic)))
  }

  private assigned(assignment: Assignment): void {
    this.ownership.assigned(assignment)
    this.watch.assigned()
    for (const { topic, partition } of assignment.partitions) {
      const known = this.layout.get(topic)
      if (known !== undefined && partition >= known)
        this.crashed(partitionsAdded(topic, known, partition + 1))
    }
    this.options.metrics.rebalances.inc()
    this.ownership.closeRevoked(this.tasks, this.options.logger)
    this.opener.assigned(assignment, this.partitions)
    this.options.logger.info(
      { generation: assignment.generation, partitions: [...this.ownership.names] },
      'Partitions assigned',
    )
  }

  private crashed(error: unknown): void {
    if (this.current !== 'running' && this.current !== 'starting') return
    this.current = nextAppState(this.current, 'crash')
    this.opener.stop()
    this.fail(toFactsError(error))
  }
}
