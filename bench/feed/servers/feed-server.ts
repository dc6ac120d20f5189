import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { choosePorts } from '../../../src/dev-stack/ports/ports'
import type { Child } from '../../peers/child'
import { startChild } from '../../peers/child'
import { until } from '../../until'
import type { FactWriter } from '../fact-writer'
import { FEED } from '../fact-writer'
import type { RunningServer, ServerKind } from './server'

export interface FeedServerKindOptions {
  /** The compiled command line. */
  readonly main: string
  readonly home: string
  readonly brokers: readonly string[]
  readonly registry: string
  readonly writer: FactWriter
  readonly profile: string | undefined
}

const READY_MS = 300_000

export interface RunningFeed extends RunningServer {
  readonly child: Child
  /** URL of the pages. */
  readonly url: string
}

export interface FeedServerKind extends ServerKind {
  readonly start: () => Promise<RunningFeed>
}

/** `facts feed`, compiled, as it is shipped, with a FACTS_HOME of its own that stays from start to start. */
export function feedServerKind(options: FeedServerKindOptions): FeedServerKind {
  const { main, home, brokers, registry, writer, profile } = options
  let runs = 0
  return {
    name: 'facts feed',
    start: async () => {
      const folder = join(home, 'feed')
      mkdirSync(folder, { recursive: true })
      runs += 1
      const handed = join(folder, `handed-over-${runs}.json`)
      const { kafka: port, controller: healthPort } = await choosePorts({
        names: ['kafka', 'controller'],
        usual: {},
      })
      const child = startChild({
        command: process.execPath,
        args: [
          ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
          '--require',
          join(__dirname, 'handed-over.cjs'),
          main,
          'feed',
        ],
        env: {
          NODE_ENV: 'production',
          BENCH_FEED_HUB: join(dirname(main), '..', 'feed', 'hub.js'),
          BENCH_FEED_HANDED: handed,
          FACTS_HOME: folder,
          FACTS_KAFKA_BROKERS: brokers.join(','),
          FACTS_REGISTRY_URL: registry,
          FACTS_FEED_PORT: String(port),
          FACTS_FEED_HEALTH_PORT: String(healthPort),
          FACTS_FEED_DRAIN_MS: '0',
          FACTS_LOG_FORMAT: 'json',
        },
        log: join(folder, `feed-${runs}.log`),
      })
      const url = `http://127.0.0.1:${port}/feeds/${FEED}`
      const isReady = async (): Promise<boolean> => {
        const ready = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined)
        // The head is after everything that is on the topic.
        return ready?.ok === true && (await fetch(`${url}/cursor`)).ok
      }
      await Promise.race([until('the feed', READY_MS, isReady), child.failed])
      return {
        child,
        pid: child.pid,
        port,
        url,
        path: `/feeds/${FEED}/stream`,
        emit: (perSecond, seconds) => writer.paced(perSecond, seconds),
        stop: async () => {
          await child.stop()
          if (!existsSync(handed)) throw new Error('The feed server did not end by itself.')
          const pairs = JSON.parse(readFileSync(handed, 'utf8')) as [number, number][]
          rmSync(handed)
          return new Map(pairs)
        },
      }
    },
  }
}
