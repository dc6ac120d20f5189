import { benchmark } from './benchmark'
import { benchOnStack } from './on-stack'
import { benchOptions } from './options'
import { publish } from './report/publish'
import { renderReport } from './report/render-report'

/** `npm run bench`: the pipeline beside Kafka Streams, on one machine, in one run. */
const options = benchOptions(process.argv.slice(2))

benchOnStack(options, async (context) => {
  const results = await benchmark({ ...context, options })
  process.stdout.write(renderReport(results))
  if (results.equality !== undefined && results.equality.differences.length > 0) {
    throw new Error('The peers do not make the same facts, so their figures cannot be compared.')
  }
  if (options.publish) publish(results, context.progress)
})
