import { Kafka } from '../../src/broker/kafka/kafkajs'
import { clientConfig } from '../../src/broker/kafka/client/kafka-client'
import { createLogger } from '../../src/telemetry'
import { PrimaryChanges } from '../input/primary-changes'
import { Random } from '../input/random'
import { SourceClock } from '../input/source-clock'
import { PARTITIONS, PRIMARIES } from '../input/topics'
import { until } from '../until'
import { FactObserver } from './fact-observer'
import { PacedWriter } from './paced-writer'
import type { Quantiles } from './quantiles'
import { quantiles } from './quantiles'
import { wallMicros } from './wall-clock'

export interface ProbeOptions {
  readonly brokers: readonly string[]
  readonly topic: string
  readonly perSecond: number
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly keys: number
  readonly secondaries: number
  readonly seed: number
}

/** Milliseconds from handing a change to the producer until a committed reader has its fact. */
export interface ProbeResult extends Quantiles {
  /** Changes that should have become facts in the measured time; `count` is how many did. */
  readonly expected: number
}

const SETTLE_MS = 15_000

/**
 * The observer's process: writes changes at random moments (a Poisson process, so that no peer's commit interval keeps
 * step with them), each with the time of writing as its commit time, and notes when their facts become visible.
 */
async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const logger = createLogger({ level: 'silent', format: 'json' })
  const client = { brokers: options.brokers, clientId: 'probe', logger }
  const observer = new FactObserver(client, options.topic)
  await observer.start()
  const writer = await PacedWriter.open(new Kafka(clientConfig(client)), PRIMARIES, PARTITIONS)
  const random = new Random(options.seed)
  const { perSecond, warmUpSeconds, seconds, keys, secondaries } = options
  const changes = new PrimaryChanges({
    // Rows and positions that no measurement before has used.
    random,
    clock: new SourceClock(random, wallMicros()),
    lastId: wallMicros(),
    keys,
    secondaries,
    changes: perSecond * (warmUpSeconds + seconds),
    withUnreadable: false,
  })
  const start = wallMicros()
  const from = start + warmUpSeconds * 1e6
  const to = from + seconds * 1e6
  let expected = 0
  let facts = 0
  await writer.run({ perSecond, until: to, random }, () => {
    const now = wallMicros()
    const change = changes.next(now)
    if (change.value === null) return change
    facts += 1
    if (now >= from && now < to) expected += 1
    return change
  })
  // The wait is bounded: what does not arrive is missing in the count.
  const isAll = (): boolean => observer.countSince(start) >= facts
  await until('the last facts', SETTLE_MS, isAll).catch(() => undefined)
  await writer.close()
  await observer.stop()
  return { expected, ...quantiles(observer.latencies(from, to)) }
}

const options = JSON.parse(process.argv[2] ?? '{}') as ProbeOptions
probe(options).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exitCode = 1
  },
)
