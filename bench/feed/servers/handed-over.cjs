/**
 * Loaded into the feed server before anything else (`node --require`): notes when its reader hands a fact over to the hub,
 * on CLOCK_MONOTONIC, and writes that down when the process ends. The server itself is the one that is shipped.
 */
const { writeFileSync } = require('node:fs')
const process = require('node:process')

const { Hub } = require(process.env.BENCH_FEED_HUB)
const handed = []
const ingest = Hub.prototype.ingest
Hub.prototype.ingest = function (records) {
  const at = Number(process.hrtime.bigint()) / 1000
  for (const { value } of records) {
    const mark = value === null ? -1 : value.indexOf('bench:')
    if (mark >= 0) handed.push([Number(value.toString('latin1', mark + 6, mark + 16)), at])
  }
  return ingest.call(this, records)
}
process.once('exit', () => writeFileSync(process.env.BENCH_FEED_HANDED, JSON.stringify(handed)))
