import { mkdirSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { stackSettings } from '../src/config'
import { describeError } from '../src/errors'
import { stackReporter } from '../src/cli/stack-reporter'
import { findJava } from '../src/stack/java'
import { startStack } from '../src/stack/start-stack'
import { benchmark } from './benchmark'
import { benchOptions } from './options'
import { Progress } from './progress'
import { publish } from './report/publish'
import { renderReport } from './report/render-report'

/** `npm run bench`: the pipeline beside Kafka Streams, on one machine, in one run. */
async function main(): Promise<void> {
  const options = benchOptions(process.argv.slice(2))
  const progress = new Progress()
  const reporter = stackReporter()
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => stop.abort(new Error(`Ended by ${name}.`)))
  }
  const loadBefore = loadavg()[0] ?? NaN
  mkdirSync(options.home, { recursive: true })
  const { command: java } = await findJava(stackSettings())
  const stack = await startStack({
    home: join(options.home, 'stack'),
    services: ['kafka', 'registry'],
    tuning: 'throughput',
    onEvent: reporter.onEvent,
    signal: stop.signal,
  })
  let succeeded = false
  try {
    const { kafka, registry } = stack.endpoints
    if (kafka === undefined || registry === undefined)
      throw new Error('The stack has no endpoints.')
    const context = { options, progress, java, loadBefore, onEvent: reporter.onEvent }
    const ended = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error))
      stack.failure.then(reject, reject)
    })
    const measuring = benchmark({ ...context, endpoints: { kafka, registry }, signal: stop.signal })
    const results = await Promise.race([measuring, ended])
    process.stdout.write(renderReport(results))
    if (results.equality !== undefined && results.equality.differences.length > 0) {
      throw new Error('The peers do not make the same facts, so their figures cannot be compared.')
    }
    if (options.publish) publish(results, progress)
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
