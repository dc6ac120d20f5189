import { MOST, fuzzFilters } from './fuzz-filters'
import { largeFacts } from '../large-facts'

/*
 * npm run fuzz:filters [count] [seed]: as many filters as asked for, over facts of 10 MB. Ends with 1 when one costs more than
 * is allowed, or fails.
 */
const [count = '100000', seed = '1'] = process.argv.slice(2)
const began = Date.now()
const report = fuzzFilters({
  filters: Number(count),
  seed: Number(seed),
  facts: largeFacts(10_000_000),
  passes: 3,
})
const { slowest, largest, slowestCompiled, failures } = report
console.log(JSON.stringify({ ...report, seconds: (Date.now() - began) / 1000 }, null, 2))
const isBounded =
  slowest.milliseconds <= MOST.milliseconds &&
  slowestCompiled.milliseconds <= 2 * MOST.milliseconds &&
  largest.megabytes <= MOST.megabytes
process.exitCode = isBounded && failures.length === 0 ? 0 : 1
