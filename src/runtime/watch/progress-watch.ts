import { FactsError } from '../../errors'
import type { Log, TopicPartition } from '../../broker/ports'
import type { Logger, Metrics } from '../../telemetry'
import type { Activity } from './activity'
import type { TopicLayout } from '../topics/topic-layout'
import type { Waits } from './waits'

/** The watched part of a task. */
export interface WatchedTask {
  readonly activity: Activity
  /** Offset of the next record, undefined before the task has read the committed offset. */
  readonly position: (topic: string) => bigint | undefined
}

export interface ProgressWatchOptions {
  readonly log: Log
  readonly applicationId: string
  readonly logger: Logger
  readonly metrics: Metrics
  readonly waits: Waits
  /** Milliseconds between two checks, and without progress after which something counts as stalled. */
  readonly lookMs: number
  readonly stallMs: number
  /** Topics whose number of partitions decides where a key goes. */
  readonly layout: () => TopicLayout
  /** Input topics; control topics may wait for their input. */
  readonly inputs: ReadonlySet<string>
  readonly owned: () => readonly TopicPartition[]
  readonly task: (at: TopicPartition) => WatchedTask | undefined
  readonly tasks: () => Iterable<WatchedTask>
  /** Receives errors that require an operator. */
  readonly onHalt: (error: FactsError) => void
}

/** A partition at the last check. */
interface Seen {
  readonly topic: string
  readonly position: bigint
  readonly end: bigint
  /** Whether there is a record between the two; transaction markers do not count. */
  readonly isBehind: boolean
  /** Whether that was looked into; it is taken for true of what has just moved. */
  readonly isKnown: boolean
  readonly since: number
}

/**
 * Checks periodically, also without batches, whether an application makes progress: the lag of each partition, whether a topic
 * has another number of partitions than at the start, and what is stalled.
 */
export class ProgressWatch {
  private readonly seen = new Map<string, Seen>()
  private timer: NodeJS.Timeout | undefined
  private isLooking = false
  private answeredAt = performance.now()

  constructor(private readonly options: ProgressWatchOptions) {}

  start(): void {
    this.answeredAt = performance.now()
    this.timer = setInterval(() => void this.look(), this.options.lookMs).unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** Forgets the partitions that this instance no longer owns. */
  assigned(): void {
    const owned = new Set(this.options.owned().map(keyOf))
    for (const key of this.seen.keys()) if (!owned.has(key)) this.seen.delete(key)
  }

  /** What has stalled, as text; empty when nothing has. */
  stalled(): readonly string[] {
    const { stallMs, waits, tasks } = this.options
    const stalled = [...waits.quiet(stallMs)]
    let movedAt = -Infinity
    for (const { activity } of tasks()) {
      movedAt = Math.max(movedAt, activity.movedAt)
      const idle = activity.idle()
      if (idle !== undefined && idle.milliseconds >= stallMs)
        stalled.push(`${idle.what} has not moved for ${seconds(idle.milliseconds)} s`)
    }
    const now = performance.now()
    if (now - this.answeredAt >= stallMs + this.options.lookMs)
      stalled.push(`the brokers have not answered for ${seconds(now - this.answeredAt)} s`)
    // Partitions that wait for their turn do not count while others make progress.
    if (now - movedAt < stallMs) return stalled
    for (const [key, { topic, isBehind, since, position }] of this.seen) {
      if (this.options.inputs.has(topic) && isBehind && now - since >= stallMs)
        stalled.push(`${key} has waited at offset ${position} for ${seconds(now - since)} s`)
    }
    return stalled
  }

  private async look(): Promise<void> {
    if (this.isLooking) return
    this.isLooking = true
    try {
      await this.checkLayout()
      const topics = new Set(this.options.owned().map(({ topic }) => topic))
      for (const topic of topics) await this.measure(topic)
      this.answeredAt = performance.now()
    } catch (error) {
      // The next check retries; a lasting problem is in `stalled`.
      this.options.logger.debug({ err: error }, 'Checking the topics failed')
    } finally {
      this.isLooking = false
    }
  }

  private async checkLayout(): Promise<void> {
    const layout = this.options.layout()
    const counts = await this.options.log.admin.partitionCounts([...layout.keys()])
    for (const [topic, before] of layout) {
      const now = counts.get(topic)
      if (now === undefined || now === before) continue
      this.options.onHalt(partitionsAdded(topic, before, now))
      return
    }
  }

  private async measure(topic: string): Promise<void> {
    const { log, owned, metrics } = this.options
    const offsets = await log.admin.offsets(topic)
    for (const at of owned()) {
      const ends = offsets.get(at.partition)
      if (at.topic !== topic || ends === undefined) continue
      const seen = await this.compare(at, ends.low, ends.high)
      if (!owned().some((one) => keyOf(one) === keyOf(at))) continue
      this.seen.set(keyOf(at), seen)
      const lag = seen.isBehind ? seen.end - seen.position : 0n
      metrics.lag.set({ topic, partition: String(at.partition) }, Number(lag))
    }
  }

  private async compare(at: TopicPartition, low: bigint, end: bigint): Promise<Seen> {
    const before = this.seen.get(keyOf(at))
    const position = (await this.position(at, before)) ?? low
    const seen = { topic: at.topic, position, end, since: performance.now() }
    if (position >= end) return { ...seen, isBehind: false, isKnown: true }
    // Only partitions without progress are read, once for each end offset.
    if (before?.position !== position) return { ...seen, isBehind: true, isKnown: false }
    const isKnown = before.end === end && before.isKnown
    const isBehind = isKnown ? before.isBehind : await this.holds(at, position, end)
    const since = isBehind && before.isBehind ? before.since : seen.since
    return { ...seen, isBehind, isKnown: true, since }
  }

  private async position(
    at: TopicPartition,
    before: Seen | undefined,
  ): Promise<bigint | undefined> {
    const { log, applicationId, task } = this.options
    const known = task(at)?.position(at.topic) ?? before?.position
    if (known !== undefined) return known
    return (await log.admin.committed(applicationId, at.topic, at.partition))?.offset
  }

  /** Whether there is a record; transaction markers and aborted records have offsets, too. */
  private async holds(at: TopicPartition, from: bigint, to: bigint): Promise<boolean> {
    let found = false
    await this.options.log.readRange({ ...at, from, to }, (records) => {
      found = records.length > 0
      return Promise.resolve(!found)
    })
    return found
  }
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic} partition ${partition}`
const seconds = (milliseconds: number): number => Math.round(milliseconds / 1_000)

/** Error when a keyed topic of the application has more partitions than at the start. */
export function partitionsAdded(topic: string, before: number, now: number): FactsError {
  return new FactsError(
    'PARTITIONS_CHANGED',
    `The topic ${topic} had ${before} partitions when this pipeline started, and has ${now} now: keys go to other partitions, so the state of a key would not be where its changes are. Nothing was lost. Start under a new application id (FACTS_PIPELINE_APPLICATION_ID, after "facts provision" with it), which reads the captured topics from their beginning; or recreate the topic with ${before} partitions.`,
    { topic },
  )
}
