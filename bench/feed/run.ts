import { mkdirSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { stackSettings } from '../../src/config'
import { describeError } from '../../src/errors'
import { stackReporter } from '../../src/cli/stack-reporter'
import { findJava } from '../../src/stack/java'
import { startStack } from '../../src/stack/start-stack'
import { describeMachine } from '../machine'
import { Progress } from '../progress'
import { feedBenchmark } from './benchmark'
import { feedBenchOptions } from './options'
import { publishFeed } from './publish'
import { renderFeed } from './render-feed'

/** `npm run bench:feed`: the feed server on the embedded Kafka, in one run. */
async function main(): Promise<void> {
  const options = feedBenchOptions(process.argv.slice(2))
  const progress = new Progress()
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => stop.abort(new Error(`Ended by ${name}.`)))
  }
  const loadBefore = loadavg()[0] ?? NaN
  mkdirSync(options.home, { recursive: true })
  const { command: java } = await findJava(stackSettings())
  const machine = await describeMachine([process.versions.node], java, loadBefore)
  const stack = await startStack({
    ...{ home: join(options.home, 'stack'), fresh: true, services: ['kafka', 'registry'] },
    ...{ tuning: 'throughput', onEvent: stackReporter().onEvent, signal: stop.signal },
  })
  let succeeded = false
  try {
    const { kafka, registry } = stack.endpoints
    if (kafka === undefined || registry === undefined) throw new Error('no stack')
    const ended = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error))
      stack.failure.then(reject, reject)
    })
    const measuring = feedBenchmark({ options, progress, kafka, registry })
    const results = { machine, ...(await Promise.race([measuring, ended])) }
    process.stdout.write(`${renderFeed(results)}\n`)
    if (options.publish) publishFeed(results, progress)
    succeeded = true
  } finally {
    await stack.stop()
    if (succeeded && !options.keep) rmSync(options.home, { recursive: true, force: true })
    else progress.say(`Logs and data are in ${options.home}`)
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`)
    process.exit(1)
  },
)
