import type { LogAdmin } from '../../broker/ports'
import type { Logger, Metrics } from '../../telemetry'

export interface CaptureWatchOptions {
  readonly admin: Pick<LogAdmin, 'offsets'>
  /** The topics of each connector: its heartbeat topic, and the captured ones. */
  readonly connectors: readonly WatchedConnector[]
  readonly logger: Pick<Logger, 'warn' | 'info' | 'debug'>
  readonly metrics: Pick<Metrics, 'captureSilence'>
  /** Milliseconds without a heartbeat after which capture counts as stopped; 0 disables it. */
  readonly silentMs: number
  /** Milliseconds between two checks; default 2,000. */
  readonly lookMs?: number
  /** Milliseconds; for tests. */
  readonly now?: () => number
}

export interface WatchedConnector {
  readonly name: string
  readonly heartbeats: string
  readonly inputs: readonly string[]
}

interface Sign {
  readonly ends: bigint
  readonly at: number
}

/**
 * Checks whether changes are captured: a connector writes a heartbeat every few seconds as long as it reads its database, and
 * none while it does not, even if its status in Kafka Connect is RUNNING. One whose heartbeat topic is missing or empty is not
 * watched. Clocks of other machines are not used: only the growth of the topics counts.
 */
export class CaptureWatch {
  private readonly signs = new Map<string, Sign>()
  private readonly silent = new Set<string>()
  private timer: NodeJS.Timeout | undefined
  private isLooking = false

  constructor(private readonly options: CaptureWatchOptions) {}

  start(): void {
    void this.look()
    this.timer = setInterval(() => void this.look(), this.options.lookMs ?? 2_000).unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** The connectors from which nothing is captured, as text; empty when there are none, or when that is unknown. */
  findings(): readonly string[] {
    return [...this.silent].map((name) => `${text(name, this.silenceOf(name))}${ADVICE}`)
  }

  async look(): Promise<void> {
    if (this.isLooking) return
    this.isLooking = true
    try {
      for (const connector of this.options.connectors) await this.lookAt(connector)
    } catch (error) {
      // An outage of Kafka is reported elsewhere; capture is then unknown.
      this.options.logger.debug({ err: error }, 'Checking the heartbeats failed')
    } finally {
      this.isLooking = false
    }
  }

  private async lookAt({ name, heartbeats, inputs }: WatchedConnector): Promise<void> {
    const beats = await this.end(heartbeats)
    if (beats === 0n) return
    let ends = beats
    for (const topic of inputs) ends += await this.end(topic)
    const before = this.signs.get(name)
    if (before === undefined || before.ends !== ends) this.signs.set(name, { ends, at: this.now })
    this.judge(name)
  }

  private judge(name: string): void {
    const { logger, metrics, silentMs } = this.options
    const silence = this.silenceOf(name)
    metrics.captureSilence.set({ connector: name }, silence / 1_000)
    const isSilent = silentMs > 0 && silence >= silentMs
    if (isSilent === this.silent.has(name)) return
    if (isSilent) {
      this.silent.add(name)
      logger.warn({ connector: name }, `${text(name, silence)}${ADVICE}`)
    } else {
      this.silent.delete(name)
      logger.info({ connector: name }, 'Changes are captured again')
    }
  }

  private silenceOf(name: string): number {
    return this.now - (this.signs.get(name)?.at ?? this.now)
  }

  private get now(): number {
    return (this.options.now ?? performance.now.bind(performance))()
  }

  /** Sum of the end offsets of all its partitions; 0 for a missing topic. */
  private async end(topic: string): Promise<bigint> {
    try {
      const offsets = await this.options.admin.offsets(topic)
      return [...offsets.values()].reduce((sum, { high }) => sum + high, 0n)
    } catch (error) {
      if ((error as { readonly code?: string }).code === 'TOPIC_MISSING') return 0n
      throw error
    }
  }
}

const ADVICE =
  ': it does not reach its database, takes a long snapshot, or is stopped; its status in Kafka Connect may be RUNNING nevertheless. Nothing is lost as long as its slot exists; facts doctor looks for the cause'

const text = (name: string, silence: number): string =>
  `nothing has been captured by ${name} for ${Math.round(silence / 1_000)} s`
