import type { Logger } from 'pino'
import { pino } from 'pino'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

export type { Logger } from 'pino'

export interface LoggerOptions {
  readonly level: string
  /** auto: pretty on a terminal, JSON lines otherwise. */
  readonly format: 'auto' | 'pretty' | 'json'
  readonly bindings?: Readonly<Record<string, unknown>>
  /** JSON lines into a file instead. */
  readonly file?: string
  /** Redacted in every line, messages of libraries included. */
  readonly secrets?: readonly string[]
}

/** Structured log on standard error, so that a verb's own output stays clean. Offsets and LSNs print as numbers. */
export function createLogger(options: LoggerOptions): Logger {
  const terminal = process.stderr.isTTY
  const pretty = options.format === 'pretty' || (options.format === 'auto' && terminal)
  const settings = {
    level: options.level,
    base: { ...options.bindings },
    redact: { paths: ['password', '*.password', 'headers.authorization'], censor: '[secret]' },
    hooks: { streamWrite: (line: string) => withoutSecrets(line, options.secrets ?? []) },
  }
  if (options.file !== undefined) {
    return pino(
      settings,
      pino.destination({ dest: options.file, sync: true, mkdir: true, mode: 0o600 }),
    )
  }
  if (!pretty) return pino(settings, pino.destination({ dest: 2, sync: true }))
  const colorize = terminal && process.env['NO_COLOR'] === undefined
  return pino({
    ...settings,
    transport: {
      target: 'pino-pretty',
      options: {
        destination: 2,
        colorize,
        ignore: 'pid,hostname',
        translateTime: 'SYS:HH:MM:ss.l',
      },
    },
  })
}

/** Redacts the secrets in their JSON-escaped form. */
function withoutSecrets(line: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (rest, secret) => rest.replaceAll(JSON.stringify(secret).slice(1, -1), '[secret]'),
    line,
  )
}

/** Metrics of `facts audit`. */
export class AuditMetrics {
  readonly registry = new Registry()
  readonly transactions = new Counter({
    name: 'facts_audit_transactions_total',
    help: 'Source transactions by outcome: complete, or incomplete when changes are missing or too many',
    labelNames: ['outcome'],
    registers: [this.registry],
  })
}

/** Metrics of `facts feed`. */
export class FeedMetrics {
  readonly registry = new Registry()

  readonly facts = this.counter('facts_feed_facts_total', 'Records added to the store', ['feed'])
  readonly skipped = this.counter(
    'facts_feed_passed_over_total',
    'Records that are not facts of this feed, counted on every read',
    ['feed'],
  )
  readonly events = this.counter('facts_feed_events_total', 'Events sent', ['feed', 'way'])
  readonly bytes = this.counter('facts_feed_sent_bytes_total', 'Bytes of events sent', [
    'feed',
    'way',
  ])
  readonly refusals = this.counter(
    'facts_feed_refusals_total',
    'Requests answered with a problem',
    ['problem'],
  )
  readonly pauses = this.counter(
    'facts_feed_pauses_total',
    'Streams that were too slow for live events and continued from the store',
    ['feed'],
  )
  readonly stalls = this.counter(
    'facts_feed_stalls_total',
    'Streams that were closed because their client read nothing',
    ['feed'],
  )
  readonly sessions = this.gauge('facts_feed_sessions', 'Open streams and long polls', ['way'])
  readonly upstream = this.gauge('facts_feed_upstream', 'Whether Kafka is reachable: 1 or 0', [
    'feed',
  ])

  /** Adds the process's own memory, CPU and event-loop metrics. */
  withProcessMetrics(): this {
    collectDefaultMetrics({ register: this.registry })
    return this
  }

  private gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] })
  }

  private counter<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
  ): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }
}

/** Metrics of `facts follow`. */
export class FollowMetrics {
  readonly registry = new Registry()
  readonly events = new Counter({
    name: 'facts_follow_events_total',
    help: 'Events handled',
    labelNames: ['feed', 'type'],
    registers: [this.registry],
  })
  readonly failures = new Counter({
    name: 'facts_follow_handler_failures_total',
    help: 'Attempts to handle an event that failed',
    labelNames: ['feed'],
    registers: [this.registry],
  })
  readonly reconnects = new Counter({
    name: 'facts_follow_reconnects_total',
    help: 'Connections to the feed that were lost or temporarily refused',
    labelNames: ['feed'],
    registers: [this.registry],
  })

  /** Adds the process's own memory, CPU and event-loop metrics. */
  withProcessMetrics(): this {
    collectDefaultMetrics({ register: this.registry })
    return this
  }
}

/** Records decoded so far in each lane. */
export interface DecodeCounts {
  readonly fast: number
  readonly exact: number
}

/** The pipeline's metrics, in Prometheus' conventions: base units, `_total` for counters. */
export class Metrics {
  readonly registry = new Registry()

  readonly records = this.counter('facts_records_total', 'Records read from input topics', [
    'topic',
  ])
  readonly facts = this.counter(
    'facts_facts_total',
    'Records written to output topics, committed',
    ['topic'],
  )
  /** records × processors = facts - extra facts + drops + dead letters. */
  readonly extraFacts = this.counter(
    'facts_extra_facts_total',
    'Facts of one record beyond its first, committed: of a TRUNCATE, or of an insert over a live row',
    ['processor'],
  )
  readonly drops = this.counter('facts_drops_total', 'Records that by declaration make no output', [
    'processor',
    'reason',
  ])
  readonly parkedKeys = this.gauge(
    'facts_parked_keys',
    'Parked keys: keys that wait for a dead letter to be replayed',
    ['task'],
  )
  readonly restored = this.counter(
    'facts_restored_records_total',
    'Records read from changelogs to restore state',
    ['store'],
  )
  readonly notes = this.counter(
    'facts_notes_total',
    'Notes of processors besides outputs and drops, committed',
    ['processor', 'note'],
  )
  readonly deadLetters = this.counter(
    'facts_dead_letters_total',
    'Records written to the dead-letter topic, committed',
    ['processor', 'code'],
  )
  readonly transactions = this.counter(
    'facts_transactions_total',
    'Transactions by outcome: committed, or given_up and redone',
    ['outcome'],
  )
  readonly restores = this.counter(
    'facts_task_restores_total',
    'Producers discarded after an unknown outcome, by error code',
    ['code'],
  )
  readonly rebalances = this.counter(
    'facts_rebalances_total',
    'Generations of the consumer group that this process joined',
    [],
  )
  readonly tableRows = this.gauge('facts_table_rows', 'Rows in a global table', ['table'])
  private readonly decoders: DecodeCounts[] = []
  /** Never reset: the decoders count, and the value is read when the metric is collected. */
  readonly decoded = new Counter({
    name: 'facts_decoded_total',
    help: 'Captured records decoded, repeated batches included, by lane: fast, from the bytes by the layout of earlier records, or exact, by parsing the whole record',
    labelNames: ['lane'],
    registers: [this.registry],
    collect: () => {
      this.decoded.reset()
      for (const lane of ['fast', 'exact'] as const) {
        const sum = this.decoders.reduce((total, counts) => total + counts[lane], 0)
        this.decoded.inc({ lane }, sum)
      }
    },
  })
  readonly lag = this.gauge(
    'facts_lag_records',
    'Records between the committed position and the end of the partition',
    ['topic', 'partition'],
  )
  readonly captureSilence = new Gauge({
    name: 'facts_capture_silence_seconds',
    help: 'Seconds since the connector last wrote a heartbeat or a change that is read here',
    labelNames: ['connector'],
    registers: [this.registry],
    // Each worker watches the same topics.
    aggregator: 'max',
  })
  readonly commitSeconds = new Histogram({
    name: 'facts_commit_seconds',
    help: 'Time from reading a batch to the end of its transaction',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  })

  /** Adds the process's own memory, CPU and event-loop metrics. */
  withProcessMetrics(): this {
    collectDefaultMetrics({ register: this.registry })
    return this
  }

  /** Adds these counts, which keep growing, to `facts_decoded_total`. */
  countDecoded(counts: Iterable<DecodeCounts>): void {
    this.decoders.push(...counts)
  }

  private gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] })
  }

  private counter<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
  ): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }
}
