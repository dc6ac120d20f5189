import { join } from 'node:path'
import { changelogTopic } from '../../src/topology/internal-topics'
import { OUTPUTS } from '../input/topics'
import { startChild } from './child'
import type { Peer } from './peer'

export interface StreamsPeerOptions {
  readonly java: string
  readonly classPath: string
  readonly threads: number
  /** Kafka Streams' own settings over its defaults. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Largest heap; more than it needs, so that it does not work at collecting garbage. */
export const STREAMS_HEAP = '-Xmx512m'

/** The same facts by Kafka Streams, in bench/kafka-streams. */
export function streamsPeer({ java, classPath, threads, settings = {} }: StreamsPeerOptions): Peer {
  return {
    name: `Kafka Streams, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
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
        ...Object.fromEntries(
          Object.entries(settings).map(([name, value]) => [`streams.${name}`, value]),
        ),
      }
      const defines = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)
      return startChild({
        command: java,
        args: [STREAMS_HEAP, ...defines, '-cp', classPath, 'facts.bench.Main'],
        log: join(folder, `${applicationId}.log`),
      })
    },
  }
}
