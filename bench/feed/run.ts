import { describeMachine } from '../machine'
import { benchOnStack } from '../on-stack'
import { feedBenchmark } from './benchmark'
import { feedBenchOptions } from './options'
import { publishFeed } from './publish'
import { renderFeed } from './render-feed'

/** `npm run bench:feed`: the feed server on the embedded Kafka, in one run. */
const options = feedBenchOptions(process.argv.slice(2))

benchOnStack({ ...options, fresh: true }, async ({ endpoints, progress, java, loadBefore }) => {
  const machine = await describeMachine([process.versions.node], java, loadBefore)
  const results = { machine, ...(await feedBenchmark({ options, progress, ...endpoints })) }
  process.stdout.write(`${renderFeed(results)}\n`)
  if (options.publish) publishFeed(results, progress)
})
