import { join } from 'node:path'
import { changelogTopic } from '../../src/topology/internal-topics'
import { OUTPUTS } from '../input/topics'
import { startChild } from './child'
import type { Peer } from './peer'

export interface StreamsPeerOptions {
  readonly java: string
  readonly classPath: string
  readonly threads: number
  /** `commit.interval.ms`, milliseconds; Kafka Streams' default when absent. */
  readonly commitInterval?: number
}

/** Largest heap; more than it needs, so that it does not work at collecting garbage. */
export const STREAMS_HEAP = '-Xmx512m'

/**
 * What one would set who asks Kafka Streams for low latency, and pays with more transactions: at 1,000/s its p99 was no
 * better at 25 ms, and worse at 1 ms.
 */
export const EAGER_COMMIT_INTERVAL = 10

/** The same facts by Kafka Streams, in bench/kafka-streams. */
export function streamsPeer(options: StreamsPeerOptions): Peer {
  const { java, classPath, threads, commitInterval } = options
  const name = `Kafka Streams, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  return {
    name: commitInterval === undefined ? name : `${name}, commits every ${commitInterval} ms`,
    kind: 'streams',
    parallelism: threads,
    outputs: OUTPUTS.streams,
    internal: (applicationId) => [
      { topic: changelogTopic(applicationId, 'rows'), cleanup: 'compact' },
    ],
    start: ({ endpoints, applicationId, folder }) => {
      const properties = {
        brokers: endpoints.kafka.brokers.join(','),
        registry: endpoints.registry.url,
        application: applicationId,
        threads: String(threads),
        state: join(folder, `${applicationId}-state`),
        ...OUTPUTS.streams,
        subject: `${OUTPUTS.pipeline.facts}-value`,
        'org.slf4j.simpleLogger.defaultLogLevel': 'warn',
        ...(commitInterval === undefined
          ? {}
          : { 'streams.commit.interval.ms': String(commitInterval) }),
      }
      const defines = Object.entries(properties).map(([key, value]) => `-D${key}=${value}`)
      return startChild({
        command: java,
        args: [STREAMS_HEAP, ...defines, '-cp', classPath, 'facts.bench.Main'],
        log: join(folder, `${applicationId}.log`),
      })
    },
  }
}
