import type { FactsError } from '../../errors'
import { toFactsError } from '../../errors'
import type { Assignment, LogAdmin, PartitionOffsets, TopicPartition } from '../../broker/ports'
import type { Logger } from '../../telemetry'
import type { Task } from './task'

export interface TaskOpenerOptions {
  readonly admin: LogAdmin
  readonly logger: Logger
  /** Tasks that are opened concurrently. */
  readonly concurrency: number
  readonly task: (at: TopicPartition) => Task
  /** Receives errors that require an operator. */
  readonly onHalt: (error: FactsError) => void
}

const FIRST_WAIT_MS = 50
const MOST_WAIT_MS = 1_000

/**
 * Opens the tasks of an assignment immediately, so that their state is restored before the first record arrives. A partition
 * that never had a record has nothing to restore: its task is opened by its first record.
 */
export class TaskOpener {
  private assignment: Assignment | undefined
  private readonly waiting = new Map<string, TopicPartition>()
  /** End offsets, fetched once for the tasks of a topic. */
  private ends = new Map<string, ReturnType<LogAdmin['offsets']>>()

  constructor(private readonly options: TaskOpenerOptions) {}

  /** Tasks that are not open yet, as text. */
  get left(): readonly string[] {
    return [...this.waiting.keys()]
  }

  /** Replaces the previous assignment. `inputs` are its partitions that have a task. */
  assigned(assignment: Assignment, inputs: readonly TopicPartition[]): void {
    this.assignment = assignment
    this.waiting.clear()
    this.ends = new Map()
    for (const at of inputs) this.waiting.set(nameOf(at), at)
    const queue = [...inputs]
    const next = async (): Promise<void> => {
      for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
        if (!(await this.open(at, assignment))) return
        if (this.assignment === assignment) this.waiting.delete(nameOf(at))
      }
    }
    for (let worker = 0; worker < this.options.concurrency; worker += 1) void next()
  }

  stop(): void {
    this.assignment = undefined
  }

  private async endsOf({
    topic,
    partition,
  }: TopicPartition): Promise<PartitionOffsets | undefined> {
    const asked = this.ends.get(topic) ?? this.options.admin.offsets(topic)
    this.ends.set(topic, asked)
    try {
      return (await asked).get(partition)
    } catch (error) {
      this.ends.delete(topic)
      throw error
    }
  }

  /** False when the assignment is outdated or done. */
  private async open(at: TopicPartition, assignment: Assignment): Promise<boolean> {
    const { logger, task, onHalt } = this.options
    for (let wait = FIRST_WAIT_MS; this.assignment === assignment; wait *= 2) {
      try {
        const offsets = await this.endsOf(at)
        if (this.assignment !== assignment) return false
        if (offsets !== undefined && offsets.high > 0n)
          await task(at).prepare(assignment.generation)
        return true
      } catch (error) {
        const known = toFactsError(error).at(at)
        if (this.assignment !== assignment) return false
        if (known.remedy === 'halt' || known.remedy === 'skip') {
          onHalt(known)
          return false
        }
        logger.warn({ ...at, code: known.code, err: known }, 'A task could not be opened yet')
        await new Promise((resolve) => setTimeout(resolve, Math.min(wait, MOST_WAIT_MS)).unref())
      }
    }
    return false
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic} partition ${partition}`
